import { at, broadcastAt, build, sizeOf } from '../exact';
import type { Exact, Filled } from '../exact';

/** The same elements in the same order. */
export function reshaped(x: Filled, shape: readonly number[]): Exact {
  return { ...x, shape, error: new Array<number>(sizeOf(shape)).fill(0) };
}

export function transposed(x: Filled, perm: readonly number[]): Exact {
  const shape = perm.map((axis) => x.shape[axis]);
  return build(shape, x.dtype, (place) => {
    const source: number[] = [];
    perm.forEach((axis, i) => (source[axis] = place[i]));
    return at(x, source);
  });
}

export function tiled(x: Filled, reps: readonly number[]): Exact {
  const shape = x.shape.map((dim, axis) => dim * reps[axis]);
  return build(shape, x.dtype, (place) => at(x, place.map((i, axis) => i % x.shape[axis]))); // prettier-ignore
}

export function broadcastTo(x: Filled, shape: readonly number[]): Exact {
  return build(shape, x.dtype, (place) => broadcastAt(x, place));
}

export function concatenated(parts: readonly Filled[], axis: number): Exact {
  const [first] = parts;
  const total = parts.reduce((length, { shape }) => length + shape[axis], 0);
  const shape = first.shape.map((dim, i) => (i === axis ? total : dim));
  return build(shape, first.dtype, (place) => {
    let i = place[axis];
    let part = 0;
    while (i >= parts[part].shape[axis]) i -= parts[part++].shape[axis];
    return at(parts[part], place.map((p, k) => (k === axis ? i : p))); // prettier-ignore
  });
}

export function stacked(parts: readonly Filled[], axis: number): Exact {
  const shape = [...parts[0].shape.slice(0, axis), parts.length, ...parts[0].shape.slice(axis)];
  return build(shape, parts[0].dtype, (place) => at(parts[place[axis]], place.filter((_, k) => k !== axis))); // prettier-ignore
}

export function unstacked(x: Filled, axis: number): Exact[] {
  const shape = x.shape.filter((_, k) => k !== axis);
  return Array.from({ length: x.shape[axis] }, (_, i) =>
    build(shape, x.dtype, (place) => at(x, [...place.slice(0, axis), i, ...place.slice(axis)])),
  );
}

export function sliced(x: Filled, begin: readonly number[], size: readonly number[]): Exact {
  return build(size, x.dtype, (place) => at(x, place.map((i, axis) => i + begin[axis]))); // prettier-ignore
}

/** Every `stride`-th place from `begin` until `end` is reached, of every axis. */
export function strided(x: Filled, ranges: readonly (readonly [number, number, number])[]): Exact {
  const kept = ranges.map(([begin, end, stride]) => {
    const found: number[] = [];
    for (let i = begin; stride > 0 ? i < end : i > end; i += stride) found.push(i);
    return found;
  });
  return build(kept.map(({ length }) => length), x.dtype, (place) => at(x, place.map((i, axis) => kept[axis][i]))); // prettier-ignore
}

export function split(x: Filled, sizes: readonly number[], axis: number): Exact[] {
  let start = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, k) => (k === axis ? start : 0));
    start += length;
    return sliced(x, begin, x.shape.map((dim, k) => (k === axis ? length : dim))); // prettier-ignore
  });
}

export function reversed(x: Filled, axes: readonly number[]): Exact {
  return build(x.shape, x.dtype, (place) =>
    at(
      x,
      place.map((i, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - i : i)),
    ),
  );
}

/** Pads with a number, or with what a mirror shows that stands on the edge (`reflect`) or behind it (`symmetric`). */
export function padded(
  x: Filled,
  pads: readonly (readonly [number, number])[],
  fill: number | 'reflect' | 'symmetric',
): Exact {
  const shape = x.shape.map((dim, axis) => dim + pads[axis][0] + pads[axis][1]);
  const edge = fill === 'reflect' ? 0 : 1;
  return build(shape, x.dtype, (place) => {
    const source = place.map((i, axis) => i - pads[axis][0]);
    const outside = source.some((i, axis) => i < 0 || i >= x.shape[axis]);
    if (outside && typeof fill === 'number') return fill;
    const mirrored = source.map((i, axis) => {
      if (i < 0) return -i - edge;
      return i >= x.shape[axis] ? 2 * x.shape[axis] - 2 - i + edge : i;
    });
    return at(x, mirrored);
  });
}
