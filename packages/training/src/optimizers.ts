import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { DenseOptimizer } from '@ctrflow/model-kit';

/** State that an optimizer keeps beside each weight: name and initial value. */
export function slotsOf(optimizer: DenseOptimizer): readonly { readonly name: string; readonly initial: number }[] {
  switch (optimizer.kind) {
    case 'sgd':
      return optimizer.momentum === 0 ? [] : [{ name: 'u', initial: 0 }];
    case 'adagrad':
      return [{ name: 'accumulator', initial: optimizer.initialAccumulator }];
    default:
      return [
        { name: 'm', initial: 0 },
        { name: 'v', initial: 0 },
      ];
  }
}

/** A weight after a step, and its slots in the order of {@link slotsOf}. */
export interface UpdatedWeight {
  readonly weight: Tensor;
  readonly slots: readonly Tensor[];
}

/** Numbers of a step that a formula needs, by name: an engine that records the formula feeds them anew at every step. */
export function stepScalars(
  optimizer: DenseOptimizer,
  { learningRate, step }: { readonly learningRate: number; readonly step: number },
): Readonly<Record<string, number>> {
  if (optimizer.kind === 'sgd' || optimizer.kind === 'adagrad') return { rate: learningRate };
  const { beta1, beta2, weightDecay } = optimizer;
  return {
    rate: learningRate / (1 - beta1 ** step),
    rootScale: 1 / Math.sqrt(1 - beta2 ** step),
    ...(weightDecay === 0 ? {} : { keep: 1 - learningRate * weightDecay }),
  };
}

/**
 * One update as a pure formula over tensors of one shape: an engine can run it or record it. `scalars` are those of {@link stepScalars}, as numbers or as
 * scalar tensors.
 */
export function updatedWeight(
  optimizer: DenseOptimizer,
  weight: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
  { rate, rootScale, keep }: Readonly<Record<string, Tensor | number>>,
): UpdatedWeight {
  switch (optimizer.kind) {
    case 'sgd': {
      if (optimizer.momentum === 0) return { weight: sub(weight, mul(gradient, rate)), slots: [] };
      const u = add(mul(slots[0], optimizer.momentum), gradient);
      return { weight: sub(weight, mul(u, rate)), slots: [u] };
    }
    case 'adagrad': {
      const sum = add(slots[0], square(gradient));
      return { weight: sub(weight, div(mul(gradient, rate), add(sqrt(sum), optimizer.epsilon))), slots: [sum] };
    }
    default: {
      const { beta1, beta2, epsilon, weightDecay } = optimizer;
      const m = add(mul(slots[0], beta1), mul(gradient, 1 - beta1));
      const v = add(mul(slots[1], beta2), mul(square(gradient), 1 - beta2));
      const root = mul(sqrt(v), rootScale);
      const decayed = weightDecay === 0 ? weight : mul(weight, keep);
      return { weight: sub(decayed, div(mul(m, rate), add(root, epsilon))), slots: [m, v] };
    }
  }
}
