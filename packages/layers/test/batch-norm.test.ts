import { ROUNDOFF, directionalDifference, exactBatchNorm, project, signs } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { memory, mul, sum, tensor, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchNorm, placeLayer, weightsByPath } from '../src/index';
import { numbers, rowsOf } from './numbers';

function build(H: number): { layer: BatchNorm; weight: Record<string, Variable> } {
  const layer = new BatchNorm();
  placeLayer(layer, 'bn', 1);
  layer.build([null, H]);
  const weight = Object.fromEntries(
    weightsByPath(layer, 'bn').map(({ path, weight: variable }) => [path.slice(3), variable.read() as Variable]),
  );
  for (const [name, variable] of Object.entries(weight)) {
    const values = numbers(name, H).map((x) => (name === 'moving_variance' ? 1 + x / 2 : x));
    tidy(() => {
      variable.assign(tensor(values, [H]));
    });
  }
  return { layer, weight };
}

const values = (variable: Variable): Float64Array => Float64Array.from(variable.dataSync());

// Planted bugs that this fails for: Keras's eps 1e-3, momentum 0.99, the biased variance in the moving one, a gradient without its projection.
test('in training: output, moving statistics and gradients follow the float64 loops', () => {
  const shapes = fc.record({ B: fc.integer({ min: 2, max: 9 }), H: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(shapes, ({ B, H }) => {
      const before = memory().numTensors;
      const { layer, weight } = build(H);
      const [gamma, beta] = [values(weight.gamma), values(weight.beta)];
      const moving = { mean: values(weight.moving_mean), variance: values(weight.moving_variance) };
      const x = numbers('x', B * H);
      const out = signs(B * H, 'out');
      const exact = (input: ArrayLike<number>) => exactBatchNorm(rowsOf(input, H), gamma, beta, moving);
      const loss = (input: ArrayLike<number>): number => project(exact(input).rows.flat(), out).value;
      const [value, gradient] = tidy(() => {
        const factors = tensor2d(Float32Array.from(out), [B, H]);
        const lossOf = (input: Tensor): Scalar =>
          applyWithStep(true, () => sum(mul(layer.apply(input) as Tensor, factors)));
        const found = valueAndGrads(lossOf)([tensor2d(x, [B, H])]);
        return [found.value, ...found.grads];
      });
      // Rounding of x - mean (below 2^-22) is magnified by 1 / sqrt(var + eps), at most 316.
      const { movingMean, movingVariance } = exact(x);
      const spread = Math.max(
        ...movingVariance.map((v, h) => 1 / Math.sqrt((v - 0.9 * moving.variance[h]) * 5 + 1e-5)),
      );
      expect(Math.abs(value.dataSync()[0] - loss(x))).toBeLessThanOrEqual(16 * B * H * ROUNDOFF * (B + spread));
      movingMean.forEach((mean, h) => {
        expect(Math.abs(weight.moving_mean.dataSync()[h] - mean)).toBeLessThanOrEqual((B + 4) * ROUNDOFF);
        expect(Math.abs(weight.moving_variance.dataSync()[h] - movingVariance[h])).toBeLessThanOrEqual((2 * B + 8) * ROUNDOFF * 2); // prettier-ignore
      });
      const direction = signs(B * H, 'x');
      const difference = directionalDifference(loss, Float64Array.from(x), direction);
      const slope = project(gradient.dataSync(), direction).value;
      expect(Math.abs(slope - difference)).toBeLessThanOrEqual(16 * B * H * ROUNDOFF * (B + spread) * spread + 1e-7);
      for (const used of [value, gradient, ...Object.values(weight)]) used.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 20, seed: 1 },
  );
});

test('a batch of one row has no variance: its output is beta, and statistics stay finite', () => {
  const { layer, weight } = build(2);
  const output = applyWithStep(true, () => layer.apply(tensor2d([3, -5], [1, 2])) as Tensor);
  expect(output.dataSync()).toEqual(weight.beta.dataSync());
  expect(Array.from(weight.moving_variance.dataSync()).every((v) => Number.isFinite(v) && v > 0)).toBe(true);
});

test('in prediction, and outside of any step, the moving statistics normalize and stay', () => {
  const { layer, weight } = build(2);
  const kept = values(weight.moving_mean);
  const x = [0.5, -2, 1, 4];
  const outside = (layer.apply(tensor2d(x, [2, 2])) as Tensor).dataSync();
  const inside = applyWithStep(false, () => layer.apply(tensor2d(x, [2, 2])) as Tensor).dataSync();
  expect(inside).toEqual(outside);
  x.forEach((value, i) => {
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
      (name) => weight[name].dataSync()[i % 2],
    );
    const exact = (gamma * (value - mean)) / Math.sqrt(variance + 1e-5) + beta;
    expect(Math.abs(outside[i] - exact)).toBeLessThanOrEqual(8 * ROUNDOFF * (Math.abs(exact) + 8));
  });
  expect(values(weight.moving_mean)).toEqual(kept);
});

// The statistics of an epoch whose last batch has one row: 10 % too low, if that batch counted as a whole one.
test('a batch of one row leaves the moving statistics as they are, one of two rows moves them', () => {
  const { layer, weight } = build(2);
  const step = (rows: number[][]): number[][] => {
    tidy(() => applyWithStep(true, () => layer.apply(tensor2d(rows)) as Tensor));
    return [[...values(weight.moving_mean)], [...values(weight.moving_variance)]];
  };
  const [mean, variance] = [[...values(weight.moving_mean)], [...values(weight.moving_variance)]];
  expect(step([[3, -8]])).toEqual([mean, variance]);
  const moved = step([[3, -8], [5, 0]]); // prettier-ignore
  moved[0].forEach((value, h) => {
    expect(value).toBeCloseTo(0.9 * mean[h] + 0.1 * [4, -4][h], 6);
  });
  moved[1].forEach((value, h) => {
    expect(value).toBeCloseTo(0.9 * variance[h] + 0.1 * [2, 32][h], 6);
  });
});
