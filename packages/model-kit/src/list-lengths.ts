import type { EncodedList } from '@ctrflow/features';

/** T: entries of the longest list of these rows, at least 1. */
export function longest({ offsets }: EncodedList, rows: Uint32Array): number {
  let length = 1;
  for (let b = 0; b < rows.length; b++) length = Math.max(length, offsets[rows[b] + 1] - offsets[rows[b]]);
  return length;
}

/**
 * The next of 4, 6, 8, 12, 16, 24, 32, 48, ..., but no more than lists can have: at most a third of the places is padding in all rows, and a batch seldom meets a new length.
 */
export function bucket(list: EncodedList, rows: Uint32Array, maxLength: number): number {
  const length = longest(list, rows);
  if (length <= 4) return Math.max(length, Math.min(4, maxLength));
  const power = 2 ** Math.floor(Math.log2(length));
  const size = [power, power * 1.5, power * 2].find((candidate) => candidate >= length) ?? length;
  return Math.max(length, Math.min(size, maxLength));
}
