import { add, concat, div, maximum, mul, neg, reshape, slice, softplus, sum } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** Judges whether an event follows a state: `[N, H]`, `[N, H]` -> logits `[N, 1]`. */
export type Judge = (states: Tensor2D, events: Tensor2D) => Tensor;

/** The paper's judge, the inner product. */
export const innerProduct: Judge = (states, events) => sum(mul(states, events), 1, true);

/** A judge that is a network over states and events side by side. */
export function networkJudge(network: (input: Tensor) => Tensor): Judge {
  return (states, events) => network(concat([states, events], 1));
}

/** What the auxiliary loss compares: all `[B, T, H]` but the mask. */
export interface AuxiliaryInputs {
  readonly states: Tensor3D;
  readonly events: Tensor3D;
  readonly negatives: Tensor3D;
  /** `[B, T]`. */
  readonly mask: Tensor2D;
}

/**
 * How well a state tells the next event from one that did not happen:
 * `1 / (T - 1) sum_t -ln s(h_t, e_(t+1)) - ln (1 - s(h_t, n_(t+1)))`, one number per row `[B, 1]`; 0 where a history has fewer than two events.
 *
 * @see Zhou et al.: DIEN. AAAI 2019, equation 6.
 */
export function auxiliaryLoss(judge: Judge, { states, events, negatives, mask }: AuxiliaryInputs): Tensor2D {
  const [, T, H] = states.shape;
  const steps = Math.max(1, T - 1);
  const from = (start: number, x: Tensor3D): Tensor2D => reshape(slice(x, [0, start, 0], [-1, steps, H]), [-1, H]); // [B (T - 1), H]
  const next = T - steps; // a history of one event is compared with itself, and counts for nothing
  const before = from(0, states);
  const logits = [judge(before, from(next, events)), judge(before, from(next, negatives))];
  const losses: Tensor2D = reshape(add(softplus(neg(logits[0])), softplus(logits[1])), [-1, steps]); // [B, T - 1]
  const follows = mul(slice(mask, [0, next], [-1, steps]), T > 1 ? 1 : 0);
  return div(sum(mul(losses, follows), 1, true), maximum(sum(follows, 1, true), 1)); // [B, 1]
}
