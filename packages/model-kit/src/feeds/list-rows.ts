import type { EncodedList } from '@ctrflow/features';
import { readList } from '../read-slots';
import type { TableFeed } from './feed';

/** Table rows of one `list` slot, padded with zero rows to the longest list of the batch: float32 `[B, T, D]`. */
export function listRowsFeed(
  name: string,
  { group, dim, slot }: { readonly group: string; readonly dim: number; readonly slot: string },
): TableFeed {
  return {
    kind: 'list-rows',
    name,
    slots: [slot],
    when: 'always',
    dtype: 'float32',
    shape: ({ B, T }) => [B, T, dim],
    inGraph: (tensors) => tensors.rows(group, slot),
    group,
    dim,
    lookups: [slot],
    length: ({ lengthOf }) => lengthOf(slot),
    find: ({ selection }, offsetOf, out) => {
      padIds(readList(selection.columns, slot), selection.rows, offsetOf(slot), out);
    },
  };
}

/** Group rows of the lists of some rows: `out [B, T]`, the table's first row where padding is. */
export function padIds({ offsets, ids }: EncodedList, rows: Uint32Array, offset: number, out: Int32Array): void {
  const T = out.length / rows.length;
  for (let b = 0; b < rows.length; b++) {
    const start = offsets[rows[b]];
    const length = offsets[rows[b] + 1] - start;
    for (let t = 0; t < T; t++) out[b * T + t] = offset + (t < length ? ids[start + t] : 0);
  }
}
