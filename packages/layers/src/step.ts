import type { Tensor } from '@tensorflow/tfjs-core';

/** What the layers of a model need to know about the step that runs. */
export interface StepContext {
  /** Dropout drops, batch normalization uses and updates statistics. */
  readonly training: boolean;
  /**
   * A mask of 0 and 1 (1 is kept) for the layer at `path`: a function of (seed, step, path, element), so that a resumed run and any
   * engine see the same one.
   */
  readonly dropoutMask: (path: string, shape: readonly number[], rate: number) => Tensor;
}

/** Shared by all installed copies of this package. */
const registry = globalThis as { [steps]?: StepContext[] };
const steps = Symbol.for('@ctrflow/steps');

/**
 * Runs `body` as part of a step: layers called inside behave as `context` says. Contexts nest.
 *
 * @example
 * const logits = withStep({ training: true, dropoutMask }, () => model.forward(feeds));
 */
export function withStep<T>(context: StepContext, body: () => T): T {
  const stack = (registry[steps] ??= []);
  stack.push(context);
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** The innermost step that runs, or undefined in a plain tfjs program. */
export function currentStep(): StepContext | undefined {
  return registry[steps]?.at(-1);
}
