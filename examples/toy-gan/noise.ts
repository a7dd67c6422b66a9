/** A kind of feed of its own: nothing in the libraries knows of it. */
import { fillNormal, foldIn, randomKey } from '@ctrflow/core';
import type { DataFeed } from '@ctrflow/model-kit';

/** Standard normal numbers `[B, size]`: others at every step of training, the same ones at every prediction. */
export function noise(size: number): DataFeed & { readonly when: 'always' } {
  return {
    kind: 'noise',
    name: 'noise',
    slots: [],
    settings: { size },
    when: 'always',
    dtype: 'float32',
    shape: ({ B }) => [B, size],
    fill: ({ batch: { numRows }, key = randomKey(0) }, buffers) => ({
      data: fillNormal(foldIn(key, 'noise'), buffers.floats(numRows * size), 0, 1),
      shape: [numRows, size],
    }),
  };
}
