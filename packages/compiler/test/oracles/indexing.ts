import type { DType } from '../../src/index';
import { sum } from '../bounded';
import { at, build, offsetOf, places, sizeOf } from '../exact';
import type { Exact, Filled } from '../exact';

/** `y[b.., i.., d..] = x[b.., indices[b.., i..], d..]`, the index at `axis`. */
export function gather(x: Filled, indices: Filled, axis: number, batchDims: number): Exact {
  const inner = indices.shape.length - batchDims;
  const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)];
  return build(shape, x.dtype, (place) => {
    const index = at(indices, [...place.slice(0, batchDims), ...place.slice(axis, axis + inner)]);
    return at(x, [...place.slice(0, axis), index, ...place.slice(axis + inner)]);
  });
}

/** `y[i.., d..] = x[indices[i.., :], d..]`. */
export function gatherNd(x: Filled, indices: Filled): Exact {
  const depth = indices.shape.at(-1)!;
  const outer = indices.shape.slice(0, -1);
  return build([...outer, ...x.shape.slice(depth)], x.dtype, (place) => {
    const rows = place.slice(0, outer.length);
    const index = Array.from({ length: depth }, (_, k) => at(indices, [...rows, k]));
    return at(x, [...index, ...place.slice(outer.length)]);
  });
}

/** Zeros into which updates are added at their indices. */
export function scatterNd(indices: Filled, updates: Filled, shape: readonly number[]): Exact {
  const depth = indices.shape.at(-1)!;
  const outer = indices.shape.slice(0, -1);
  const terms = Array.from({ length: sizeOf(shape) }, (): number[] => []);
  for (const place of places(updates.shape)) {
    const rows = place.slice(0, outer.length);
    const index = Array.from({ length: depth }, (_, k) => at(indices, [...rows, k]));
    terms[offsetOf(shape, [...index, ...place.slice(outer.length)])].push(at(updates, place));
  }
  return build(shape, updates.dtype, (place) => sum(terms[offsetOf(shape, place)]));
}

/** A tensor with elements replaced at indices; none is named twice. */
export function scatterUpdate(x: Filled, indices: Filled, updates: Filled): Exact {
  const depth = indices.shape.at(-1)!;
  const outer = indices.shape.slice(0, -1);
  const data = [...x.data];
  for (const place of places(updates.shape)) {
    const index = Array.from({ length: depth }, (_, k) => at(indices, [...place.slice(0, outer.length), k]));
    data[offsetOf(x.shape, [...index, ...place.slice(outer.length)])] = at(updates, place);
  }
  return build(x.shape, x.dtype, (place) => data[offsetOf(x.shape, place)]);
}

/** Sums of rows by the segment that each belongs to. */
export function segmentSums(x: Filled, ids: Filled, numSegments: number): Exact {
  return build([numSegments, ...x.shape.slice(ids.shape.length)], x.dtype, ([segment, ...rest]) => {
    const members = places(ids.shape).filter((place) => at(ids, place) === segment);
    return sum(members.map((place) => at(x, [...place, ...rest])));
  });
}

/** `on` where the last axis has the index, `off` elsewhere, and everywhere for an index outside. */
export function oneHot(indices: Filled, depth: number, on: number, off: number, dtype: DType): Exact {
  return build([...indices.shape, depth], dtype, (place) =>
    at(indices, place.slice(0, -1)) === place.at(-1) ? on : off,
  );
}
