import { slice } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { BilinearAttention, LocalActivationUnit } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';
import type { Assembly } from './assembly';

/** How the states of a history are compared with a target: by a bilinear form, or by DIN's local activation unit. */
export const activationUnits = ['bilinear', 'mlp'] as const;

/** Options of {@link targetAttention}. */
export interface TargetAttentionOptions {
  /** Which of the two. */
  readonly activationUnit: (typeof activationUnits)[number];
  /** H of the hidden layers of `mlp`. */
  readonly attentionUnits: readonly number[];
  /** Of these layers. */
  readonly attentionActivation: HiddenActivationName;
  /** The weights of a row sum to 1. */
  readonly softmax: boolean;
}

/** Weights of the states of each row, 0 where the mask is: target `[B, Q]`, states `[B, T, M]`, mask `[B, T]` -> `[B, T]`. */
export type TargetAttention = (target: Tensor2D, states: Tensor3D, mask: Tensor2D) => Tensor2D;

/**
 * Declares the attention that a target pays to the states of its history, under a path. The first Q numbers of a state are those that `mlp` compares with the target; what comes behind
 * them, of columns without a target, it reads as they are.
 */
export function targetAttention(a: Assembly, path: string, options: TargetAttentionOptions): TargetAttention {
  const { activationUnit, attentionUnits: hiddenUnits, attentionActivation: activation, softmax } = options;
  if (activationUnit === 'bilinear') {
    const attend = a.layer(path, new BilinearAttention({ softmax }));
    return (target, states, mask) => attend([states, target, mask]);
  }
  const attend = a.layer(path, new LocalActivationUnit({ hiddenUnits, activation, softmax }));
  return (target, states, mask) => {
    const [Q, M] = [target.shape[1], states.shape[2]];
    const part = (from: number, to: number): Tensor3D => slice(states, [0, 0, from], [-1, -1, to - from]);
    return attend(M === Q ? [target, states, mask] : [target, part(0, Q), mask, part(Q, M)]);
  };
}
