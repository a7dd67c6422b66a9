import { foldIn, randomKey, uniformAt } from '@ctrflow/core';

/** Numbers in [-1, 1), a function of name and position. */
export function numbers(name: string, size: number): Float32Array {
  const key = foldIn(randomKey('layers'), name);
  return Float32Array.from({ length: size }, (_, i) => 2 * uniformAt(key, i) - 1);
}

/** A matrix, row by row. */
export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  const all = Array.from(values);
  return Array.from({ length: all.length / width }, (_, b) => all.slice(b * width, (b + 1) * width));
}
