import { grads, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { directionalDifference, project, ROUNDOFF, signs } from '@ctrflow/testkit';
import { expect } from 'vitest';
import { compiled } from './compiled';
import type { Data } from './compiled';

/** A tfjs function and what it should compute. */
export interface CheckedOp {
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** The same in float64 on flat arrays; inputs that are not float32 come as they are. */
  readonly oracle: (...inputs: Float64Array[]) => ArrayLike<number>;
  readonly inputs: readonly Data[];
  /** Roundings that an element of the result and of a gradient goes through at most, times the size of its terms. */
  readonly roundings: number;
  /** Positions of the inputs to differentiate. Default: all of float32. */
  readonly differentiate?: readonly number[];
  /** For kernels whose gradient tfjs's own backend gets wrong: only the compiled gradient is compared. */
  readonly compiledGradient?: true;
}

/**
 * Compares eager and compiled results and gradients with the oracle. A gradient is compared along one direction, for which every element counts, with the central
 * difference of `sum(dy * oracle)`. Inputs should be of magnitude 1, and away from kinks by more than 1e-5.
 */
export async function checkOp(checked: CheckedOp): Promise<void> {
  const { oracle, inputs, roundings } = checked;
  const exact = inputs.map(({ values }) => Float64Array.from(values));
  const wanted = Array.from(oracle(...exact));
  const bound = (magnitude: number): number => roundings * ROUNDOFF * (1 + magnitude) + 1e-8;
  const wrt = checked.differentiate ?? inputs.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
  const { shape, results } = eagerly(checked, wrt, wanted.length);
  const { y, ...gradients } = await compiledly(checked, wrt, shape);
  expect(y.dims).toEqual(shape);
  for (const [engine, values] of [
    ['eager', results.y],
    ['compiled', y.data],
  ] as const) {
    expect(values.length).toBe(wanted.length);
    values.forEach((value, i) => {
      expect(Math.abs(value - wanted[i]), `${engine} [${i}]: ${value} against ${wanted[i]}`).toBeLessThanOrEqual(bound(Math.abs(wanted[i]))); // prettier-ignore
    });
  }
  const dy = signs(wanted.length, 'dy');
  for (const i of wrt) {
    const direction = directionOf(exact[i].length, i);
    const loss = (values: Float64Array): number => {
      const result = oracle(...exact.map((own, k) => (k === i ? values : own)));
      return dy.reduce((sum, weight, k) => sum + weight * result[k], 0);
    };
    const difference = directionalDifference(loss, exact[i], direction);
    for (const [engine, gradient] of [
      ['eager', results[`g${i}`]],
      ['compiled', gradients[`g${i}`].data],
    ] as const) {
      // prettier-ignore
      if (engine === 'eager' && checked.compiledGradient === true) continue;
      const { value, magnitude } = project(gradient, direction);
      const message = `${engine} gradient of input ${i}: ${value} against ${difference}`;
      expect(Math.abs(value - difference), message).toBeLessThanOrEqual(8 * bound(magnitude));
    }
  }
}

/** Signs times numbers from 1 to 2, all different: a gradient of ones that stands in another place has another sum. */
function directionOf(size: number, input: number): Float64Array {
  const key = foldIn(randomKey('direction'), input);
  return signs(size, input).map((sign, i) => sign * (1 + uniformAt(key, i)));
}

interface Eager {
  readonly shape: number[];
  readonly results: Readonly<Record<string, number[]>>;
}

function eagerly({ op, inputs }: CheckedOp, wrt: readonly number[], size: number): Eager {
  const results: Record<string, number[]> = {};
  let shape: number[] = [];
  tidy(() => {
    const tensors = inputs.map(({ values, shape: own, dtype }) => tensor(values as Float32Array, [...own], dtype));
    const y = op(...tensors);
    ({ shape } = y);
    results.y = Array.from(y.dataSync());
    if (wrt.length === 0) return;
    const dy = tensor(Float32Array.from(signs(size, 'dy')), shape);
    gradientsOf(op, tensors, wrt, dy).forEach((gradient, k) => (results[`g${wrt[k]}`] = Array.from(gradient.dataSync()))); // prettier-ignore
  });
  return { shape, results };
}

function compiledly(
  { op, inputs }: CheckedOp,
  wrt: readonly number[],
  shape: readonly number[],
): ReturnType<typeof compiled> {
  // prettier-ignore
  const size = shape.reduce((product, dim) => product * dim, 1);
  const given = Object.fromEntries(inputs.map((data, i) => [`x${i}`, data]));
  const dy: Data = { shape, dtype: 'float32', values: Float32Array.from(signs(size, 'dy')) };
  return compiled(
    (named) => {
      const tensors = inputs.map((_, i) => named[`x${i}`]);
      const results: Record<string, Tensor> = { y: op(...tensors) };
      if (wrt.length > 0) gradientsOf(op, tensors, wrt, named.dy).forEach((gradient, k) => (results[`g${wrt[k]}`] = gradient)); // prettier-ignore
      return results;
    },
    wrt.length === 0 ? given : { ...given, dy },
  );
}

/** Gradients with respect to some of the inputs; the others are constants. */
function gradientsOf(op: CheckedOp['op'], tensors: readonly Tensor[], wrt: readonly number[], dy: Tensor): Tensor[] {
  const f = (...some: Tensor[]): Tensor => op(...tensors.map((own, i) => (wrt.includes(i) ? some[wrt.indexOf(i)] : own))); // prettier-ignore
  return grads(f)(
    wrt.map((i) => tensors[i]),
    dy,
  );
}
