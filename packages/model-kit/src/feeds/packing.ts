import type { EncodedList } from '@ctrflow/features';

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
