import type { DataFeed } from '@ctrflow/model-kit';

/** Ids of a slot, in training only: int32 `[B, 1]`. By them the loss knows which rows have the same item. */
export function itemIds(slot: string): DataFeed {
  return {
    kind: 'ids',
    name: 'item_id',
    slots: [slot],
    when: 'training',
    dtype: 'int32',
    shape: ({ B }) => [B, 1],
    fill: ({ selection: { columns, rows } }, buffers) => {
      const ids = buffers.integers(rows.length);
      rows.forEach((row, i) => (ids[i] = columns.ids[slot][row]));
      return { data: ids, shape: [rows.length, 1] };
    },
  };
}
