import type { TensorSlot } from '@ctrflow/features';
import { required } from '../read-slots';
import type { DataFeed } from './feed';

/** The numbers of a `tensor` slot as float32, unscaled: `[B, ...shape]`. */
export function tensorFeed(name: string, { name: slot, shape }: TensorSlot): DataFeed {
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    kind: 'tensor',
    name,
    slots: [slot],
    when: 'always',
    dtype: 'float32',
    shape: ({ B }) => [B, ...shape],
    inGraph: ({ main }) => main(slot),
    fill: ({ selection: { columns, rows } }, buffers) => {
      const data = buffers.floats(rows.length * size);
      const given = required(columns.tensors?.[slot], slot);
      for (let b = 0; b < rows.length; b++) data.set(given.subarray(rows[b] * size, (rows[b] + 1) * size), b * size);
      return { data, shape: [rows.length, ...shape] };
    },
  };
}
