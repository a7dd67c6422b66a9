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

/** How the steps of a gated recurrence go on. */
export interface GRUSteps {
  /** `[B, T]`, 1 where not given. */
  readonly scales?: Tensor2D | undefined;
  /** `[B, T]`, 0 where not given. */
  readonly floors?: Tensor2D | undefined;
  /** The reset gate comes after the recurrent product, not before it. */
  readonly resetAfter: boolean;
}

/**
 * The states of a gated recurrence, T times `[B, H]`:
 * `r = s(W_r x + U_r h + b_r + c_r)`, `n = tanh(W_n x + b_n + r (U_n h + c_n))` or, the reset gate before the product, `n = tanh(W_n x + b_n + U_n (r h) + c_n)`,
 * `h_t = h + g (n - h)`.
 *
 * With three gates `g = floor_t + scale_t u`, `u = s(W_u x + U_u h + b_u + c_u)`; with two `g = scale_t`. A step whose scale and floor are 0 keeps the state exactly, so that
 * a mask is a scale.
 */
export function gruStates(sequence: Tensor3D, weights: GRUWeights, steps: GRUSteps): Tensor2D[] {
  const H = weights.recurrentKernel.shape[0];
  const hasUpdate = weights.bias.shape[0] === 3 * H;
  const cut = [(hasUpdate ? 2 : 1) * H, H];
  const projected = projectedSteps(sequence, weights.kernel, weights.bias); // T x [B, G H]
  const [scales, floors] = [steps.scales, steps.floors].map((places) => places && placeSteps(places)); // T x [B, 1]
  const recurrent = steps.resetAfter ? resetAfter(weights, cut) : resetBefore(weights, cut);
  let h: Tensor2D = zeros([sequence.shape[0], H]);
  return projected.map((x, t) => {
    const [xGates, xCandidate] = split(x, cut, 1);
    const { hGates, candidateOf } = recurrent(h);
    const gates = sigmoid(add(xGates, hGates)); // [B, H] or [B, 2 H]
    const reset = hasUpdate ? slice(gates, [0, H], [-1, H]) : gates; // [B, H]
    const candidate = tanh(add(xCandidate, candidateOf(reset)));
    const update = hasUpdate ? slice(gates, [0, 0], [-1, H]) : undefined;
    const gate = gateOf(update, scales?.[t], floors?.[t]);
    const change = sub(candidate, h);
    h = add(h, gate === undefined ? change : mul(gate, change));
    return h;
  });
}

/** What a state says to the gates, and to the candidate once the reset gate is known. */
interface Recurrent {
  readonly hGates: Tensor2D;
  readonly candidateOf: (reset: Tensor) => Tensor;
}

/** One product for gates and candidate, `[B, G H]`. */
function resetAfter({ recurrentKernel: kernel, recurrentBias: bias }: GRUWeights, cut: number[]) {
  return (h: Tensor2D): Recurrent => {
    const [hGates, hCandidate] = split<Tensor2D>(add(matMul(h, kernel as Tensor2D), bias), cut, 1);
    return { hGates, candidateOf: (reset) => mul(reset, hCandidate) };
  };
}

/** The candidate's product waits for the gate. */
function resetBefore({ recurrentKernel: kernel, recurrentBias: bias }: GRUWeights, cut: number[]) {
  const [gateKernel, candidateKernel] = split(kernel as Tensor2D, cut, 1);
  const [gateBias, candidateBias] = split(bias, cut);
  return (h: Tensor2D): Recurrent => ({
    hGates: add(matMul(h, gateKernel), gateBias),
    candidateOf: (reset) => add(matMul(mul<Tensor2D>(reset, h), candidateKernel), candidateBias),
  });
}

/** How far the state goes towards the candidate; all the way when undefined. */
function gateOf(update: Tensor | undefined, scale: Tensor | undefined, floor: Tensor | undefined): Tensor | undefined {
  const scaled = update !== undefined && scale !== undefined ? mul(update, scale) : (update ?? scale);
  return scaled !== undefined && floor !== undefined ? add(scaled, floor) : scaled;
}
