import { concat } from '@tensorflow/tfjs-core';
import { withScope } from '@ctrflow/core';
import { readIds } from '../read-slots';
import type { TableFeed } from './feed';

/** Table rows of `id` slots, one per slot and row of data: float32 `[B, F, D]`. */
export function rowsFeed(
  name: string,
  { group, dim, slots }: { readonly group: string; readonly dim: number; readonly slots: readonly string[] },
): TableFeed {
  return {
    kind: 'rows',
    name,
    slots,
    when: 'always',
    dtype: 'float32',
    shape: ({ B }) => [B, slots.length, dim],
    inGraph: (tensors) => {
      const parts = slots.map((slot) => tensors.rows(group, slot)); // each [B, 1, D]
      return parts.length === 1 ? parts[0] : withScope(name, () => concat(parts, 1));
    },
    group,
    dim,
    lookups: slots,
    length: () => slots.length,
    find: ({ selection }, offsetOf, out) => {
      readIds(selection, slots, slots.map(offsetOf), out);
    },
  };
}
