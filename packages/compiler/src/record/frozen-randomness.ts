import { expected } from '@ctrflow/core';
import { UnsupportedKernelError } from './unsupported';
import { currentOp, where } from './whereabouts';

/**
 * Runs `body` with a `Math.random` that refuses: tfjs draws the seed of every random operation without one from it, outside of any kernel, and
 * the graph would repeat the same draw in every step. Operations with a seed repeat theirs in tfjs too, and may.
 */
export function frozenRandomness<T>(body: () => T): T {
  const { random } = Math;
  Math.random = refuse;
  try {
    return body();
  } finally {
    Math.random = random;
  }
}

function refuse(): never {
  const op = currentOp() ?? 'Math.random';
  throw new UnsupportedKernelError(
    expected(
      where(),
      'random numbers that every step is given',
      `${op} without a seed`,
      'take masks from the step (dropoutMask), or give a seed other than 0 for the same draw in every step',
    ),
    op,
  );
}
