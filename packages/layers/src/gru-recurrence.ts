import { add, matMul, mul, sigmoid, slice, split, sub, tanh, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { placeSteps, projectedSteps } from './time-steps';

/** Weights of a gated recurrence; G gates of H columns each, in the order update (if any), reset, candidate. */
export interface GRUWeights {
  /** `[D, G H]`. */
  readonly kernel: Tensor;
  /** `[H, G H]`. */
  readonly recurrentKernel: Tensor;
  /** `[G H]`. */
  readonly bias: Tensor;
  /** `[G H]`. */
  readonly recurrentBias: Tensor;
}

/**
 * The states of a gated recurrence, T times `[B, H]`:
 * `r = s(W_r x + U_r h + b_r)`, `n = tanh(W_n x + b_n + r (U_n h + c_n))`, `h_t = h + g (n - h)`.
 *
 * With three gates `g = u scale_t`, `u = s(W_u x + U_u h + b_u)`; with two `g = scale_t`. A scale of 0 keeps the state exactly, so that a mask is a scale; no
 * scales are scales of 1.
 */
export function gruStates(sequence: Tensor3D, weights: GRUWeights, scales: Tensor2D | undefined): Tensor2D[] {
  const H = weights.recurrentKernel.shape[0];
  const hasUpdate = weights.bias.shape[0] === 3 * H;
  const numGates = hasUpdate ? 2 : 1;
  const projected = projectedSteps(sequence, weights.kernel, weights.bias); // T x [B, G H]
  const scaleOf = scales === undefined ? undefined : placeSteps(scales); // T x [B, 1]
  let h: Tensor2D = zeros([sequence.shape[0], H]);
  return projected.map((x, t) => {
    const recurrent = add(matMul(h, weights.recurrentKernel as Tensor2D), weights.recurrentBias); // [B, G H]
    const cut = [numGates * H, H];
    const [xGates, xCandidate] = split(x, cut, 1);
    const [hGates, hCandidate] = split(recurrent, cut, 1);
    const gates = sigmoid(add(xGates, hGates)); // [B, numGates H]
    const reset = hasUpdate ? slice(gates, [0, H], [-1, H]) : gates; // [B, H]
    const candidate = tanh(add(xCandidate, mul(reset, hCandidate)));
    const gate = gateOf(hasUpdate ? slice(gates, [0, 0], [-1, H]) : undefined, scaleOf?.[t]);
    const change = sub(candidate, h);
    h = add(h, gate === undefined ? change : mul(gate, change));
    return h;
  });
}

/** How far the state goes towards the candidate; all the way when undefined. */
function gateOf(update: Tensor | undefined, scale: Tensor | undefined): Tensor | undefined {
  return update !== undefined && scale !== undefined ? mul(update, scale) : (update ?? scale);
}
