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

/** 1 or its weight for each entry, 0 where padding is: `out [B, T]`. */
export function fillWeights({ offsets, weights }: EncodedList, rows: Uint32Array, T: number, out: Float32Array): void {
  out.fill(0);
  for (let b = 0; b < rows.length; b++) {
    const end = offsets[rows[b] + 1];
    for (let i = offsets[rows[b]], at = b * T; i < end; i++, at++) out[at] = weights?.[i] ?? 1;
  }
}

/** N of a packed list: its events and at least one place more, rounded up by at most an eighth, so that a batch seldom meets a new one. */
export function packedSize(list: EncodedList, rows: Uint32Array): number {
  let size = 1;
  forEachEvent(list, rows, () => size++);
  const step = Math.max(2, 2 ** Math.floor(Math.log2(size)) / 8);
  return Math.ceil(size / step) * step;
}

/** Places of the events in `[B, T]`, -1 behind the last: `out [N]`. */
export function fillEvents(list: EncodedList, rows: Uint32Array, T: number, out: Int32Array): void {
  let n = 0;
  forEachEvent(list, rows, (b, t) => {
    out[n++] = b * T + t;
  });
  out.fill(-1, n);
}

/** Events of the places `[B, T]`, `N - 1` where none is: `out [B T]`. */
export function fillPlaces(list: EncodedList, rows: Uint32Array, T: number, N: number, out: Int32Array): void {
  out.fill(N - 1);
  let n = 0;
  forEachEvent(list, rows, (b, t) => {
    out[b * T + t] = n++;
  });
}

/** Entries of weight 0 are no events: they are the empty places of sessions that are not full. */
function forEachEvent(
  { offsets, weights }: EncodedList,
  rows: Uint32Array,
  visit: (b: number, t: number) => void,
): void {
  for (let b = 0; b < rows.length; b++) {
    const [from, to] = [offsets[rows[b]], offsets[rows[b] + 1]];
    for (let i = from; i < to; i++) if (weights?.[i] !== 0) visit(b, i - from);
  }
}
