import type { DType } from '../src/index';
import type { Bounded } from './bounded';

/** A tensor with its elements, row by row; truth values are 0 and 1. */
export interface Filled {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

/** What must come out: elements in float64, and by how much a float32 computation may miss each of them; 0 means the nearest float32. */
export interface Exact extends Filled {
  readonly error: readonly number[];
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

/** All places of a tensor, the last axis fastest. */
export function places(shape: readonly number[]): number[][] {
  let all: number[][] = [[]];
  for (const dim of shape) all = all.flatMap((place) => Array.from({ length: dim }, (_, i) => [...place, i]));
  return all;
}

/** Where the element at a place lies. */
export function offsetOf(shape: readonly number[], place: readonly number[]): number {
  let offset = 0;
  shape.forEach((dim, axis) => (offset = offset * dim + place[axis]));
  return offset;
}

/** The element at a place. */
export function at({ shape, data }: Filled, place: readonly number[]): number {
  return data[offsetOf(shape, place)];
}

/** The element that broadcasting puts at a place: axes are matched from the last, those of length 1 repeat. */
export function broadcastAt({ shape, data }: Filled, place: readonly number[]): number {
  const own = place.slice(place.length - shape.length).map((i, axis) => (shape[axis] === 1 ? 0 : i));
  return data[offsetOf(shape, own)];
}

/** The shape that two shapes broadcast to. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const dim = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => (dim(a, axis) === 1 ? dim(b, axis) : dim(a, axis)));
}

/** A tensor of what `element` says of each place; a bare number has no error. */
export function build(
  shape: readonly number[],
  dtype: DType,
  element: (place: readonly number[]) => Bounded | number,
): Exact {
  const elements = places(shape).map((place) => {
    const made = element(place);
    return typeof made === 'number' ? { value: made, error: 0 } : made;
  });
  return { shape, dtype, data: elements.map(({ value }) => value), error: elements.map(({ error }) => error) };
}
