import { checkKnownOptions, checkNumber, checkObject, checkOneOf } from '@ctrflow/core';

/** How dense weights are updated: plain numbers; engines have the formulas. */
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
  checkKnownOptions('adam', options, ['beta1', 'beta2', 'epsilon']);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkNumber('adam', 'beta1', beta1, { min: 0, max: 1 });
  checkNumber('adam', 'beta2', beta2, { min: 0, max: 1 });
  checkNumber('adam', 'epsilon', epsilon, { min: 0 });
  return { kind: 'adam', learningRate, beta1, beta2, epsilon, weightDecay: 0 };
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
