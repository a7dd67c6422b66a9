import { ROUNDOFF, directionalDifference, project, signs } from '@ctrflow/testkit';
import { memory, mul, sum, tensor2d, tensor1d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { PReLU, placeLayer, weightsByPath } from '../src/index';
import { numbers, rowsOf } from './numbers';

// Planted bugs that this fails for: one slope for all units, the slope on the positive side, a slope that takes no gradient.
test('output and gradients follow the float64 loops', () => {
  const before = memory().numTensors;
  const layer = new PReLU();
  placeLayer(layer, 'prelu', 1);
  layer.build([null, 3]);
  const [{ path, weight }] = weightsByPath(layer, 'prelu');
  expect([path, Array.from(weight.read().dataSync())]).toEqual(['prelu/alpha', Array(3).fill(Math.fround(0.1))]);
  const alpha = weight.read() as Variable;
  tidy(() => {
    alpha.assign(tensor1d([0.5, -0.25, 2]));
  });
  const x = numbers('x', 15);
  const factors = signs(15, 'out');
  const loss = (input: ArrayLike<number>, slopes: ArrayLike<number>): number =>
    project(
      rowsOf(input, 3).flatMap((row) => row.map((v, h) => (v > 0 ? v : slopes[h] * v))),
      factors,
    ).value;
  const [value, dx, dalpha] = tidy(() => {
    const out = tensor2d(Float32Array.from(factors), [5, 3]);
    const lossOf = (): Scalar => sum(mul(layer.apply(input) as Tensor, out));
    const input = tensor2d(x, [5, 3]);
    const found = valueAndGrads(lossOf)([input, alpha]);
    return [found.value, ...found.grads];
  });
  const slopes = Float64Array.from(alpha.dataSync());
  expect(Math.abs(value.dataSync()[0] - loss(x, slopes))).toBeLessThanOrEqual(20 * 15 * 2 * ROUNDOFF);
  const along = (gradient: Tensor, name: string): number => project(gradient.dataSync(), signs(gradient.size, name)).value; // prettier-ignore
  const byInput = directionalDifference((v) => loss(v, slopes), Float64Array.from(x), signs(15, 'x'));
  const byAlpha = directionalDifference((s) => loss(x, s), slopes, signs(3, 'alpha'));
  expect(Math.abs(along(dx, 'x') - byInput)).toBeLessThanOrEqual(20 * 15 * 2 * ROUNDOFF + 1e-8);
  expect(Math.abs(along(dalpha, 'alpha') - byAlpha)).toBeLessThanOrEqual(20 * 15 * ROUNDOFF + 1e-8);
  for (const used of [value, dx, dalpha, alpha]) used.dispose();
  expect(memory().numTensors).toBe(before);
});
