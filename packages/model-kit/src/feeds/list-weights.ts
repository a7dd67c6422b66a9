import type { EncodedList } from '@ctrflow/features';
import { readList } from '../read-slots';
import type { DataFeed } from './feed';

/** 1 where an entry of a list is real, times its weight if the slot is weighted; 0 where it is padding: float32 `[B, T]`. */
export function listWeightsFeed(name: string, slot: string): DataFeed {
  return {
    kind: 'list-weights',
    name,
    slots: [slot],
    when: 'always',
    dtype: 'float32',
    shape: ({ B, T }) => [B, T],
    inGraph: ({ weights }) => weights(slot),
    fill: ({ selection: { columns, rows }, lengthOf }, buffers) => {
      const list = readList(columns, slot);
      const T = lengthOf(slot);
      const data = buffers.floats(rows.length * T);
      fillWeights(list, rows, T, data);
      return { data, shape: [rows.length, T] };
    },
  };
}

/** 1 or its weight for each entry, 0 where padding is: `out [B, T]`. */
function fillWeights({ offsets, weights }: EncodedList, rows: Uint32Array, T: number, out: Float32Array): void {
  out.fill(0);
  for (let b = 0; b < rows.length; b++) {
    const end = offsets[rows[b] + 1];
    for (let i = offsets[rows[b]], at = b * T; i < end; i++, at++) out[at] = weights?.[i] ?? 1;
  }
}
