import type { DType } from '../../src/index';
import { ROUNDOFF, approximate, rounded, sum } from '../bounded';
import type { Bounded } from '../bounded';
import { at, build, offsetOf } from '../exact';
import type { Exact, Filled } from '../exact';

/** What a reduction makes of the elements that fall together. */
export type Reduce = (elements: readonly number[]) => Bounded | number;

/** Reduces over axes. */
export function reduce(x: Filled, axes: readonly number[], keepDims: boolean, f: Reduce, dtype: DType): Exact {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const elementsAt = (place: readonly number[]): number[] => {
    let all: number[][] = [[]];
    x.shape.forEach((dim, axis) => {
      const choices = axes.includes(axis) ? Array.from({ length: dim }, (_, i) => i) : [place[axis]];
      all = all.flatMap((start) => choices.map((i) => [...start, i]));
    });
    return all.map((one) => at(x, one));
  };
  const full = build(kept, dtype, (place) => f(elementsAt(place)));
  return keepDims ? full : { ...full, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

/** `1 - u` to the power of n differs from 1 by at most this. */
const gamma = (n: number): number => (n * ROUNDOFF) / (1 - n * ROUNDOFF);

/** Reductions of numbers. */
export const reductions = {
  Sum: (elements) => sum(elements),
  Mean: (elements) => {
    const { value, error } = sum(elements);
    return rounded(value / elements.length, error / elements.length + ROUNDOFF * Math.abs(value / elements.length));
  },
  Prod: (elements) => {
    const value = elements.reduce((product, x) => product * x, 1);
    return { value, error: gamma(elements.length) * Math.abs(value) + 2 ** -126 };
  },
  Max: (elements) => Math.max(...elements),
  Min: (elements) => Math.min(...elements),
  All: (elements) => Number(elements.every((x) => x !== 0)),
  Any: (elements) => Number(elements.some((x) => x !== 0)),
  ArgMax: (elements) => elements.indexOf(Math.max(...elements)),
  ArgMin: (elements) => elements.indexOf(Math.min(...elements)),
} as const satisfies Readonly<Record<string, Reduce>>;

/** What accumulates along an axis: sums or products of all elements up to each place, itself left out if `exclusive`, from the end if `reverse`. */
export function cumulative(x: Filled, axis: number, exclusive: boolean, reverse: boolean, f: Reduce): Exact {
  return build(x.shape, x.dtype, (place) => {
    const terms: number[] = [];
    for (let i = 0; i < x.shape[axis]; i++) {
      const before = reverse ? i > place[axis] : i < place[axis];
      if (before || (i === place[axis] && !exclusive)) terms.push(at(x, place.map((p, k) => (k === axis ? i : p)))); // prettier-ignore
    }
    return f(terms);
  });
}

/** The k largest of the last axis, the first of equals first, and where they were. */
export function topK(x: Filled, k: number): readonly [Exact, Exact] {
  const shape = [...x.shape.slice(0, -1), k];
  const order = (place: readonly number[]): number[] => {
    const row = Array.from({ length: x.shape.at(-1)! }, (_, i) => i);
    const value = (i: number): number => at(x, [...place.slice(0, -1), i]);
    return row.sort((i, j) => value(j) - value(i) || i - j);
  };
  const index = (place: readonly number[]): number => order(place)[place.at(-1)!];
  const value = (place: readonly number[]): number => at(x, [...place.slice(0, -1), index(place)]);
  return [build(shape, x.dtype, value), build(shape, 'int32', index)];
}

/** `exp(x_i - max) / sum exp(x_j - max)` over the last axis, or its logarithm. */
export function softmax(x: Filled, logarithm: boolean): Exact {
  const n = x.shape.at(-1)!;
  return build(x.shape, 'float32', (place) => {
    const start = offsetOf(x.shape, [...place.slice(0, -1), 0]);
    const row = x.data.slice(start, start + n);
    const most = Math.max(...row);
    const total = row.reduce((all, z) => all + Math.exp(z - most), 0);
    const shifted = at(x, place) - most;
    // The argument of exp is rounded once: |z| u relative to exp(z). Its own error is 4 u, that of the sum (n + 4) u, and that of the argument again.
    const widest = Math.max(...row.map((z) => Math.abs(z - most) * Math.exp(z - most)));
    if (!logarithm) return approximate(Math.exp(shifted) / total, n + 12 + Math.abs(shifted) + n * widest);
    return { value: shifted - Math.log(total), error: ROUNDOFF * (2 * Math.abs(shifted) + n + 12 + n * widest + 4 * Math.abs(Math.log(total))) }; // prettier-ignore
  });
}
