import { concat, expandDims, pad, sub, sum, tensor } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { HistoryTensors } from '@ctrflow/model-kit';

/** Events and, after them and their padding, the target: `[B, T, C D] -> [B, T + 1, C D]`; where events have side columns the target has zeros. */
export function withTarget({ query, keys, sides }: HistoryTensors): Tensor3D {
  const events = sides === undefined ? keys : concat([keys, sides], 2); // [B, T, C D]
  const target = sides === undefined ? query : pad(query, [[0, 0], [0, sides.shape[2]]]); // prettier-ignore
  return concat([events, expandDims<Tensor3D>(target, 1)], 1); // [B, T + 1, C D]
}

/** The mask with the target, which is always there: `[B, T] -> [B, T + 1]`. */
export function maskWithTarget(mask: Tensor2D): Tensor2D {
  return pad(mask, [[0, 0], [0, 1]], 1); // prettier-ignore
}

/** How many events an event is before the target, 1 for the latest and 0 for the target itself: `[B, T + 1]`. What padding has does not count. */
export function distances(mask: Tensor2D): Tensor2D {
  const T = mask.shape[1];
  const places = tensor(Float32Array.from({ length: T }, (_, t) => t), [1, T]); // prettier-ignore
  return pad(sub<Tensor2D>(sum(mask, 1, true), places), [[0, 0], [0, 1]]); // prettier-ignore
}
