import '@tensorflow/tfjs-backend-cpu';
import { ROUNDOFF, directionalDifference, project, signs } from '@ctrflow/testkit';
import { memory, mul, sum, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { placeLayer, weightsByPath } from '../src/index';
import type { CtrLayer } from '../src/index';
import { numbers } from './numbers';

/** Numbers of an input in its shape. */
export interface Input {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Values by name: weights by path, inputs as `input_0`, `input_1`. */
export type Named = Readonly<Record<string, ArrayLike<number>>>;

/** Places a layer at `layer`, builds it and gives its weights numbers of their paths in [-limit, limit). */
export function placed<L extends CtrLayer>(layer: L, inputs: readonly Input[], limit: number): L {
  placeLayer(layer, 'layer', 1);
  tidy(() => layer.apply(tensorsOf(inputs)) as Tensor);
  for (const { path, weight } of weightsByPath(layer, 'layer'))
    tidy(() => {
      weight.write(tensor(numbers(path, weight.read().size).map((x) => limit * x), weight.read().shape)); // prettier-ignore
    });
  return layer;
}

/** Elements of the output. */
export function outputOf(layer: CtrLayer, inputs: readonly Input[]): Float32Array {
  const output = tidy(() => layer.apply(tensorsOf(inputs)) as Tensor);
  expect(output.shape).toEqual(shapeOf(layer, inputs));
  const values = output.dataSync<'float32'>().slice();
  output.dispose();
  return values;
}

/**
 * Compares a layer with its float64 oracle, and the gradient of every weight and of inputs `0 .. numDifferentiated - 1` with the oracle's directional
 * differences. `bound` is the largest error of an element of the output.
 */
export function expectOracle(
  layer: CtrLayer,
  inputs: readonly Input[],
  { exact, bound, numDifferentiated }: { exact: (given: Named) => readonly number[]; bound: number; numDifferentiated: number }, // prettier-ignore
): void {
  const before = memory().numTensors;
  const weights = weightsByPath(layer, 'layer').filter(({ weight }) => weight.trainable);
  const given: Record<string, ArrayLike<number>> = Object.fromEntries(
    weights.map(({ path, weight }) => [path, weight.read().dataSync().slice()]),
  );
  inputs.forEach(({ values }, i) => (given[`input_${i}`] = values));
  const wanted = exact(given);
  const output = outputOf(layer, inputs);
  expect(output.length).toBe(wanted.length);
  output.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]), `output ${i}: ${value} against ${wanted[i]}`).toBeLessThanOrEqual(bound);
  });

  const direction = numbers('direction', output.length);
  const tensors = inputs.map(toTensor);
  const { value, grads } = tidy(() => {
    const lossOf = (): Scalar =>
      sum(mul(layer.apply(inOne(tensors)) as Tensor, tensor(direction, shapeOf(layer, inputs))));
    return valueAndGrads(lossOf)([...weights.map(({ weight }) => weight.read()), ...tensors.slice(0, numDifferentiated)]); // prettier-ignore
  });
  const names = [
    ...weights.map(({ path }) => path),
    ...tensors.slice(0, numDifferentiated).map((_, i) => `input_${i}`),
  ];
  names.forEach((name, i) => {
    const along = signs(given[name].length, name);
    const loss = (at: Float64Array): number =>
      exact({ ...given, [name]: at }).reduce((total, y, k) => total + y * direction[k], 0);
    const difference = directionalDifference(loss, Float64Array.from(given[name]), along);
    const found = project(grads[i].dataSync(), along);
    const tolerance = 8 * bound * output.length * Math.max(1, found.magnitude) + 1e-8;
    expect(Math.abs(found.value - difference), `gradient of ${name}: ${found.value} against ${difference}`).toBeLessThanOrEqual(tolerance); // prettier-ignore
    expect(found.magnitude, `gradient of ${name}`).toBeGreaterThan(0);
  });
  for (const used of [value, ...grads, ...tensors]) used.dispose();
  expect(memory().numTensors).toBe(before);
}

/** What T steps of a recurrence with weights in +-1/4 and at most 4 units lose: a state follows the one before by less than twice its change. */
export function recurrentBound(T: number, D: number, H: number): number {
  return 2 ** T * (D + H + 12) * 3 * ROUNDOFF;
}

/** One input goes in alone. */
function inOne<T>(inputs: T[]): T | T[] {
  return inputs.length === 1 ? inputs[0] : inputs;
}

function tensorsOf(inputs: readonly Input[]): Tensor | Tensor[] {
  return inOne(inputs.map(toTensor));
}

function shapeOf(layer: CtrLayer, inputs: readonly Input[]): number[] {
  return layer.computeOutputShape(inOne(inputs.map(({ shape }) => [...shape]))) as number[];
}

function toTensor({ shape, values }: Input): Tensor {
  return tensor(values, [...shape]);
}
