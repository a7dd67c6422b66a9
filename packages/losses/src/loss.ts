/** What a loss is to the rest of ctrflow: plain fields that name it, and the function of a step's outputs and targets. */
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/** A target of the rows of a step. */
export interface TargetTensors {
  /** `[B, 1]`: 0 or 1, a number, or the index of a class as a number; 0 where the row lacks the target. */
  readonly values: Tensor2D;
  /** `[B, 1]`: sample weight times class weight; 0 where the row lacks the target. */
  readonly weights: Tensor2D;
}

/** What a loss reads in a step. */
export interface LossInputs {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly targets: Readonly<Record<string, TargetTensors>>;
  /** `[B, 1]`: sample weights of the rows, for losses that go by no target. */
  readonly weights: Tensor2D;
  /** `[B, 1]`, int32: number of each row's group within the batch, -1 where it has none; only for losses that say `reads: 'groups'`. */
  readonly groups?: Tensor2D;
}

/** How an output becomes the prediction of a target: sigmoid (binary), identity or exp (number), softmax (class). */
export type Link = 'sigmoid' | 'identity' | 'exp' | 'softmax';

/** A loss of a step: plain fields that name it (JSON, kept in run files) and the function. */
export interface Loss {
  readonly kind: string;
  /** The output that it goes by, and that predicts its target where it has a link. */
  readonly output?: string;
  readonly target?: string;
  readonly link?: Link;
  /** What it needs besides outputs, targets and weights. */
  readonly reads?: 'groups';
  /** The mean over the rows (or pairs, or queries) that have a weight; 0 where none has one. */
  readonly of: (inputs: LossInputs) => Scalar;
}
