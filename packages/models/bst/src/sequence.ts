import {
  cast,
  concat,
  cumsum,
  equal,
  expandDims,
  matMul,
  mul,
  pad,
  reshape,
  sub,
  sum,
  tensor,
} from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { eventsOf } from '@ctrflow/model-kit';
import type { HistoryTensors } from '@ctrflow/model-kit';

/** Events and, after them and their padding, the target: `[B, T, C D] -> [B, T + 1, C D]`; where events have side columns the target has zeros. */
export function withTarget(history: HistoryTensors): Tensor3D {
  const { query, sides } = history;
  const target = sides === undefined ? query : pad(query, [[0, 0], [0, sides.shape[2]]]); // prettier-ignore
  return concat([eventsOf(history), expandDims<Tensor3D>(target, 1)], 1); // [B, T + 1, C D]
}

/** The mask with the target, which is always there: `[B, T] -> [B, T + 1]`. */
export function maskWithTarget(mask: Tensor2D): Tensor2D {
  return pad(mask, [[0, 0], [0, 1]], 1); // prettier-ignore
}

/**
 * How many events an event is before the target, 1 for the latest and 0 for the target itself: `[B, T + 1]`. Padding may stand anywhere, also between events, as where a history is
 * cut into sessions; what it has does not count.
 */
export function distances(mask: Tensor2D): Tensor2D {
  const before = cumsum<Tensor2D>(mask, 1, true); // [B, T]
  return pad(sub<Tensor2D>(sum(mask, 1, true), before), [[0, 0], [0, 1]]); // prettier-ignore
}

/** Which output of a sequence stands how far from the target. */
export interface Places {
  /** {@link distances} `[B, T + 1]`. */
  readonly places: Tensor2D;
  /** {@link maskWithTarget} `[B, T + 1]`. */
  readonly mask: Tensor2D;
  /** N + 1: an event is at most N before the target. */
  readonly numPlaces: number;
}

/**
 * Outputs of events and target, each at the place of its distance, the target last and zeros where a history has no event: `[B, T + 1, M] -> [B, (N + 1) M]`. A product with one-hot
 * places: the size does not depend on T.
 */
export function byPlace(outputs: Tensor3D, { places, mask, numPlaces }: Places): Tensor2D {
  const M = outputs.shape[2];
  const all = tensor(Float32Array.from({ length: numPlaces }, (_, n) => numPlaces - 1 - n), [1, numPlaces, 1]); // prettier-ignore
  const oneHot = mul<Tensor3D>(cast(equal(expandDims(places, 1), all), 'float32'), expandDims(mask, 1)); // [B, N + 1, T + 1]
  return reshape(matMul(oneHot, outputs), [-1, numPlaces * M]); // [B, (N + 1) M]
}
