import { max, pad, reshape, slice } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { History } from '@ctrflow/model-kit';

/** A history that is cut into sessions of T places. */
export type SessionHistory = History & { readonly sessionLength: number };

/** Whether the schema cuts a history into sessions. */
export function hasSessions(history: History): history is SessionHistory {
  return history.sessionLength !== undefined;
}

/** A history by its sessions: S of them, T places each. */
export interface SessionTensors {
  /** `[B, S, T, M]`; where padding is, anything. */
  readonly events: Tensor4D;
  /** 1 where an event is: `[B, S, T]`. */
  readonly eventMask: Tensor3D;
  /** 1 where a session has an event: `[B, S]`. */
  readonly sessionMask: Tensor2D;
}

/**
 * Parts the places of a batch, `[B, P, M]` with mask `[B, P]`, into sessions. P is the longest history of the batch or what it was padded to, so that the last session may want
 * places, and behind the last possible one there may be some: S = min(K, ceil(P / T)).
 */
export function inSessions(
  places: Tensor3D,
  mask: Tensor2D,
  { maxLength, sessionLength: T }: SessionHistory,
): SessionTensors {
  const [, P, M] = places.shape;
  const S = Math.min(maxLength, Math.ceil(P / T) * T) / T;
  const eventMask = reshape<Rank.R3>(withLength(mask, S * T), [-1, S, T]);
  return {
    events: reshape<Rank.R4>(withLength(places, S * T), [-1, S, T, M]),
    eventMask,
    sessionMask: max(eventMask, 2),
  };
}

/** Cuts the second axis, or pads it with 0. */
function withLength<X extends Tensor>(x: X, length: number): X {
  const [, given, ...rest] = x.shape;
  if (given > length) return slice(x, x.shape.map(() => 0), [-1, length, ...rest]); // prettier-ignore
  if (given === length) return x;
  return pad(x, x.shape.map((_, axis): [number, number] => [0, axis === 1 ? length - given : 0])); // prettier-ignore
}
