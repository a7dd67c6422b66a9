import { concat } from '@tensorflow/tfjs-core';
import { withScope } from '@ctrflow/core';
import { readValues } from '../read-slots';
import type { DataFeed } from './feed';

/** Numbers of `value` slots: float32 `[B, F]`. */
export function valuesFeed(name: string, slots: readonly string[]): DataFeed {
  return {
    kind: 'values',
    name,
    slots,
    when: 'always',
    dtype: 'float32',
    shape: ({ B }) => [B, slots.length],
    inGraph: ({ main }) => {
      const parts = slots.map(main); // each [B, 1]
      return parts.length === 1 ? parts[0] : withScope(name, () => concat(parts, 1));
    },
    fill: ({ selection }, buffers) => {
      const shape = [selection.rows.length, slots.length];
      const data = buffers.floats(shape[0] * shape[1]);
      readValues(selection, slots, data);
      return { data, shape };
    },
  };
}
