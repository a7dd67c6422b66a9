import { zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** Zero, in float32 whatever the input is: tfjs takes no other type for a gradient. */
function nothing({ shape }: Tensor): () => Tensor {
  return () => zeros(shape);
}

/** Constant between its jumps: no gradient flows, and asking for one is no error. */
function step(kernelName: string, names: readonly string[]): Gradient {
  return gradient(kernelName, names, (_, saved) =>
    Object.fromEntries(names.map((name, i) => [name, nothing(saved[i])])),
  );
}

const pairs = [
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'FloorDiv'],
].map((kernel) => step(kernel, ['a', 'b']));

const tests = ['LogicalNot', 'All', 'Any', 'IsNan', 'IsInf', 'IsFinite', 'ArgMax', 'ArgMin'].map((kernel) =>
  step(kernel, ['x']),
);

/** To whole numbers and truth values a cast is a step; tfjs lets the gradient pass as if it were none. */
const cast = gradient('Cast', ['x'], (dy, [x], { dtype }) => ({
  x: dtype === 'float32' ? () => dy.clone() : nothing(x),
}));

/**
 * Comparisons, logic and other functions that are constant between jumps. tfjs has no gradient for most, so that
 * `where(greater(x, 0), x, 0)` fails where x is differentiated; `FloorDiv` has that of a division.
 */
export const stepGradients: readonly Gradient[] = [
  ...pairs,
  ...tests,
  cast,
  step('SearchSorted', ['sortedSequence', 'values']),
];
