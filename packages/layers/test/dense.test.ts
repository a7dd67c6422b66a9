import { ROUNDOFF, directionalDifference, exactDense, project, signs } from '@ctrflow/testkit';
import { memory, mul, sum, tensor, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dense, placeLayer, weightsByPath } from '../src/index';
import { numbers, rowsOf } from './numbers';

const shapes = fc.record({
  B: fc.integer({ min: 1, max: 5 }),
  K: fc.integer({ min: 1, max: 6 }),
  H: fc.integer({ min: 1, max: 4 }),
  bias: fc.boolean(),
});

function build(K: number, units: number, bias: boolean): { layer: Dense; weights: Variable[] } {
  const layer = new Dense({ units, bias });
  placeLayer(layer, 'dense', 1);
  layer.build([null, K]);
  const weights = weightsByPath(layer, 'dense').map(({ weight }) => weight.read() as Variable);
  weights.forEach((weight, i) => {
    tidy(() => {
      weight.assign(tensor(numbers(`w${i}`, weight.size), weight.shape));
    });
  });
  return { layer, weights };
}

// Planted bugs that these fail for: a transposed kernel, a bias that is left out.
test('output and gradients follow the float64 oracle', () => {
  fc.assert(
    fc.property(shapes, ({ B, K, H, bias }) => {
      const before = memory().numTensors;
      const { layer, weights } = build(K, H, bias);
      const x = numbers('x', B * K);
      const out = signs(B * H, 'out');
      const exact = (kernel: Float64Array): number[] =>
        rowsOf(x, K).flatMap((row) => exactDense(row, kernel, weights[1]?.dataSync()));
      const kernel = Float64Array.from(weights[0].dataSync());
      const lossOf = (): Scalar =>
        sum(mul(layer.apply(tensor2d(x, [B, K])) as Tensor, tensor2d(Float32Array.from(out), [B, H])));
      const [loss, gradient] = tidy(() => {
        const found = valueAndGrads(lossOf)([weights[0]]);
        return [found.value, ...found.grads];
      });
      const value = loss.dataSync()[0];
      const kernelGradient = gradient.dataSync();
      loss.dispose();
      gradient.dispose();
      // Each of B H sums has K + 2 roundings of terms below 1, and the sum over them B H more.
      expect(Math.abs(value - project(exact(kernel), out).value)).toBeLessThanOrEqual(
        (K + B * H + 2) * ROUNDOFF * B * H * (K + 1),
      );
      const direction = signs(kernel.length, 'kernel');
      const difference = directionalDifference((w) => project(exact(w), out).value, kernel, direction);
      const { value: slope, magnitude } = project(kernelGradient, direction);
      expect(Math.abs(slope - difference)).toBeLessThanOrEqual((B + 2) * ROUNDOFF * (magnitude + B * K * H) + 1e-8);
      for (const weight of weights) weight.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 20, seed: 1 },
  );
});

test('weights begin with the standard deviation sqrt(2 / (K + H)), the bias at 0', () => {
  const layer = new Dense({ units: 100 });
  placeLayer(layer, 'deep/dense_1', 5);
  layer.build([null, 300]);
  const [kernel, bias] = weightsByPath(layer, 'deep/dense_1');
  expect([kernel.path, bias.path]).toEqual(['deep/dense_1/kernel', 'deep/dense_1/bias']);
  const values = kernel.weight.read().dataSync<'float32'>();
  const variance = values.reduce((total, w) => total + w * w, 0) / values.length;
  // The variance of n normal draws has the relative standard deviation sqrt(2 / n): five of them.
  expect(Math.abs(variance / (2 / 400) - 1)).toBeLessThan(5 * Math.sqrt(2 / 30_000));
  expect(Math.max(...bias.weight.read().dataSync<'float32'>().map(Math.abs))).toBe(0);
});

test('bad units are refused', () => {
  expect(() => new Dense({ units: 0 })).toThrow('Dense: expected an integer >= 1 for units, got 0');
});
