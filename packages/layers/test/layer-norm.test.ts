import { ROUNDOFF, directionalDifference, exactLayerNorm, project, signs } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { memory, mul, sum, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LayerNorm, placeLayer, weightsByPath } from '../src/index';
import { numbers, rowsOf } from './numbers';

function build(perField: boolean, shape: number[]): { layer: LayerNorm; gamma: Variable; beta: Variable } {
  const layer = new LayerNorm({ perField });
  placeLayer(layer, 'norm', 1);
  layer.build([null, ...shape]);
  const [gamma, beta] = weightsByPath(layer, 'norm').map(({ path, weight }) => {
    const variable = weight.read() as Variable;
    tidy(() => {
      variable.assign(tensor(numbers(path, variable.size), variable.shape));
    });
    return variable;
  });
  return { layer, gamma, beta };
}

const shapes = fc.record({
  B: fc.integer({ min: 1, max: 4 }),
  F: fc.integer({ min: 1, max: 4 }),
  D: fc.integer({ min: 2, max: 5 }),
  perField: fc.boolean(),
});

// Planted bugs that this fails for: tfjs's eps 1e-3, a mean over fields, one gain for all fields, a gradient without the projection on xhat.
test('output and gradients of input, gain and offset follow the float64 loops', () => {
  fc.assert(
    fc.property(shapes, ({ B, F, D, perField }) => {
      const before = memory().numTensors;
      const { layer, gamma, beta } = build(perField, [F, D]);
      const x = numbers('x', B * F * D);
      const factors = signs(x.length, 'out');
      const weights: Record<'gamma' | 'beta', Float64Array> = {
        gamma: Float64Array.from(gamma.dataSync()),
        beta: Float64Array.from(beta.dataSync()),
      };
      const size = weights.gamma.length;
      const at = (all: Float64Array, row: number): number[] => Array.from(all.subarray((row * D) % size, ((row * D) % size) + D)); // prettier-ignore
      const loss = (input: ArrayLike<number>, { gamma: g, beta: b } = weights): number =>
        project(
          rowsOf(input, D).flatMap((row, i) => exactLayerNorm(row, at(g, i), at(b, i))),
          factors,
        ).value;
      const [value, ...gradients] = tidy(() => {
        const out = tensor(Float32Array.from(factors), [B, F, D]);
        const lossOf = (): Scalar => applyWithStep(true, () => sum(mul(layer.apply(input) as Tensor, out)));
        const input = tensor(x, [B, F, D]);
        const found = valueAndGrads(lossOf)([input, gamma, beta]);
        return [found.value, ...found.grads];
      });
      // Roundings of x - mean are magnified by 1 / sqrt(var + eps).
      const variances = rowsOf(x, D).map((row) => row.reduce((s, v) => s + v * v, 0) / D - (row.reduce((s, v) => s + v, 0) / D) ** 2); // prettier-ignore
      const spread = Math.max(...variances.map((variance) => 1 / Math.sqrt(Math.max(0, variance) + 1e-5)));
      const bound = 16 * x.length * ROUNDOFF * (D + spread);
      expect(Math.abs(value.dataSync()[0] - loss(x))).toBeLessThanOrEqual(bound);
      const exact = [
        directionalDifference((v) => loss(v), Float64Array.from(x), signs(x.length, 'x')),
        directionalDifference(
          (g) => loss(x, { ...weights, gamma: g }),
          Float64Array.from(weights.gamma),
          signs(size, 'gamma'),
        ),
        directionalDifference(
          (b) => loss(x, { ...weights, beta: b }),
          Float64Array.from(weights.beta),
          signs(size, 'beta'),
        ),
      ];
      ['x', 'gamma', 'beta'].forEach((name, i) => {
        const slope = project(gradients[i].dataSync(), signs(gradients[i].size, name)).value;
        expect(Math.abs(slope - exact[i]), name).toBeLessThanOrEqual(bound * (name === 'x' ? spread : 1) + 1e-7);
      });
      for (const used of [value, ...gradients, gamma, beta]) used.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 25, seed: 1 },
  );
});

test('begins as plain normalization, and needs fields for weights of each', () => {
  const layer = new LayerNorm();
  const output = (layer.apply(tensor([1, 3, 2, 2], [2, 2])) as Tensor).dataSync();
  expect([output[0], output[1]].map((v) => Math.round(v * 1000) / 1000)).toEqual([-1, 1]);
  expect([output[2], output[3]]).toEqual([0, 0]);
  expect(() => new LayerNorm({ perField: true }).apply(tensor([1, 2], [1, 2]))).toThrow('expected embeddings [B, F, D]'); // prettier-ignore
});
