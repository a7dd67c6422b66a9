import { add, div, mul, pow, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkNumber, checkText } from '@ctrflow/core';
import { logistic } from './logistic';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link distillationLoss}. */
export interface DistillationLossOptions {
  /** The logits z, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A target that is a number: the probabilities q that a teacher gave. */
  readonly target: string;
  /** Both sides' logits are divided by it, > 0: the higher, the more the teacher's doubts count. Default 1. */
  readonly temperature?: number;
}

/** What {@link distillationLoss} makes. */
export interface DistillationLoss extends Loss {
  readonly temperature: number;
}

/**
 * Distillation of a teacher's probabilities q: the mean of `T^2 H(q_T, sigmoid(z / T))`, the cross-entropy at temperature T, where `q_T = sigmoid(logit(q) / T)`.
 *
 * q_T is `q^(1/T) / (q^(1/T) + (1 - q)^(1/T))`, so that q may be 0 or 1. Give the objective of the true labels and this one a weight each.
 *
 * Shapes: logits, target `[B, 1]` -> scalar.
 *
 * @throws ConfigError for a temperature of 0 or less, and in a step without that output or target; ShapeError for an output of another shape
 * @see Hinton, Vinyals, Dean: Distilling the knowledge in a neural network. 2015, section 2.
 */
export function distillationLoss(options: DistillationLossOptions): DistillationLoss {
  checkKnownOptions('distillationLoss', options, ['output', 'target', 'temperature']);
  const { output = 'logit' } = options;
  const target = checkText('distillationLoss', 'target', options.target);
  const temperature = checkNumber('distillationLoss', 'temperature', options.temperature ?? 1, {
    min: 0,
    exclusive: true,
  });
  return {
    kind: 'distillation',
    output,
    target,
    temperature,
    link: 'sigmoid',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'distillationLoss', target);
        const softened = mul<Tensor2D>(columnOf(inputs, 'distillationLoss', output), 1 / temperature); // [B, 1]
        const losses = logistic(softened, soften(values, temperature)); // [B, 1]
        return mul(weightedMean(losses, weights), temperature ** 2);
      }),
  };
}

function soften(probabilities: Tensor2D, temperature: number): Tensor2D {
  if (temperature === 1) return probabilities;
  const [yes, no] = [probabilities, sub(1, probabilities)].map((p) => pow(p, 1 / temperature)) as [Tensor2D, Tensor2D];
  return div(yes, add(yes, no));
}
