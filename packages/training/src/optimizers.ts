import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber, checkObject, checkOneOf } from '@ctrflow/core';

/** How dense weights are updated. */
export type DenseOptimizer =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum: number }
  | {
      readonly kind: 'adagrad';
      readonly learningRate: number;
      readonly initialAccumulator: number;
      readonly epsilon: number;
    }
  | {
      readonly kind: 'adam' | 'adamw';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** @throws ConfigError for what no function of this file gives */
export function checkOptimizer(optimizer: DenseOptimizer): DenseOptimizer {
  checkObject('fit', 'an optimizer, as adam(1e-3) gives it', optimizer);
  checkOneOf('fit', 'the kind of the optimizer', optimizer.kind, ['sgd', 'adagrad', 'adam', 'adamw']);
  for (const [name, value] of Object.entries(optimizer))
    if (name !== 'kind') checkNumber(optimizer.kind, name, value, { min: 0 });
  return optimizer;
}

/**
 * Adam with PyTorch's constants (tfjs's epsilon is another).
 *
 * @see Kingma, Ba: Adam. ICLR 2015, algorithm 1.
 */
export function adam(
  learningRate: number,
  options: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number } = {},
): DenseOptimizer {
  checkNumber('adam', 'learningRate', learningRate, { min: 0 });
  return { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
}

/**
 * Adam with decoupled weight decay: `w -= lr * weightDecay * w` besides Adam's step.
 *
 * @see Loshchilov, Hutter: Decoupled weight decay regularization. ICLR 2019, algorithm 2.
 */
export function adamW(learningRate: number, weightDecay = 0.01): DenseOptimizer {
  checkNumber('adamW', 'learningRate', learningRate, { min: 0 });
  checkNumber('adamW', 'weightDecay', weightDecay, { min: 0 });
  return { kind: 'adamw', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay };
}

/** Stochastic gradient descent: `u = momentum u + g; w -= lr u`. */
export function sgd(learningRate: number, momentum = 0): DenseOptimizer {
  checkNumber('sgd', 'learningRate', learningRate, { min: 0 });
  checkNumber('sgd', 'momentum', momentum, { min: 0, max: 1 });
  return { kind: 'sgd', learningRate, momentum };
}

/** Adagrad: `a += g^2; w -= lr g / (sqrt(a) + eps)` (Duchi, Hazan, Singer 2011). */
export function adagrad(learningRate: number): DenseOptimizer {
  checkNumber('adagrad', 'learningRate', learningRate, { min: 0 });
  return { kind: 'adagrad', learningRate, initialAccumulator: 0, epsilon: 1e-10 };
}

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
