import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { Draws } from './draws';
import type { ProgramInput } from './program';

/** Results of a function of tensors on the backend that is set, as numbers. */
export type Results = readonly (readonly number[])[];

/** Runs a function on inputs. */
export function evaluate(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly ProgramInput[],
): Results {
  const results: number[][] = [];
  tidy(() => {
    const tensors = inputs.map(({ data, shape, dtype }) => tensor([...data], [...shape], dtype));
    for (const result of f(tensors)) results.push([...result.dataSync()]);
  });
  return results;
}

/** Relative size of a perturbation: 16 roundings of float32. */
const STEP = 2 ** -20;

/**
 * How far results may move by rounding: 8 times the most that they move when every element of the inputs is changed by 16 roundings, in 4 directions,
 * plus 256 roundings of the largest element, plus 4 of 1 (some functions of ONNX Runtime are differences from 1). One number for each result.
 */
export function roundingBounds(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly ProgramInput[],
  results: Results,
): number[] {
  const draws = new Draws('perturbed');
  const moved = results.map(() => 0);
  for (let trial = 0; trial < 4; trial++) {
    const changed = inputs.map((input) =>
      input.dtype === 'float32'
        ? { ...input, data: input.data.map((x) => Math.fround(x * (1 + (draws.chance(0.5) ? STEP : -STEP)))) }
        : input,
    );
    evaluate(f, changed).forEach((result, i) => {
      result.forEach((x, k) => (moved[i] = Math.max(moved[i], Math.abs(x - results[i][k]))));
    });
  }
  return results.map((result, i) => {
    const largest = result.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return 8 * moved[i] + 2 ** -16 * largest + 2 ** -22;
  });
}
