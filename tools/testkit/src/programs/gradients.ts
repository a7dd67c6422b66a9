import { add, grads, mul, sum, tensor } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { runProgram } from './program';
import type { Program } from './program';

/**
 * A program's results, and the gradients of a weighted sum of all its float32 results (and of a bit of every input, so that none is without) by its
 * float32 inputs.
 */
export function runWithGradients(program: Program, inputs: readonly Tensor[]): Tensor[] {
  const floats = inputs.flatMap((input, i) => (input.dtype === 'float32' ? [i] : []));
  const loss = (given: readonly Tensor[]): Scalar => {
    const all = [...inputs];
    floats.forEach((place, i) => (all[place] = given[i]));
    const results = runProgram(program, all).filter(({ dtype }) => dtype === 'float32');
    const terms = [...results.map((result) => weightedSum(result)), ...given.map((x) => mul(sum(x), 0.25))];
    return terms.reduce((total, term) => add(total, term)) as Scalar;
  };
  const gradients = grads((...given: Tensor[]) => loss(given))(floats.map((i) => inputs[i]));
  return [...runProgram(program, inputs), ...gradients];
}

/** Weights that differ from place to place, so that a gradient at a wrong place shows. */
function weightedSum(x: Tensor): Tensor {
  const weights = Float32Array.from({ length: x.size }, (_, i) => ((i * 7) % 11) - 4.5);
  return mul(sum(mul(x, tensor(weights, x.shape))), 1 / (8 * Math.max(1, x.size)));
}
