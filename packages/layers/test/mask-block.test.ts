import { ROUNDOFF, directionalDifference, exactDense, exactLayerNorm, project, signs } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { memory, mul, sum, tensor, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MaskBlock, placeLayer, weightsByPath } from '../src/index';
import type { MaskBlockOptions } from '../src/index';
import { numbers, rowsOf } from './numbers';

type Weights = Record<string, Float64Array>;

function build(
  options: MaskBlockOptions,
  E: number,
  K: number,
): { layer: MaskBlock; variables: Record<string, Variable> } {
  const layer = new MaskBlock(options);
  placeLayer(layer, 'block', 1);
  layer.build([[null, E], [null, K]]); // prettier-ignore
  const variables = Object.fromEntries(weightsByPath(layer, 'block').map(({ path, weight }) => [path, weight.read() as Variable])); // prettier-ignore
  for (const [path, variable] of Object.entries(variables)) {
    tidy(() => {
      variable.assign(tensor(numbers(path, variable.size), variable.shape));
    });
  }
  return { layer, variables };
}

/** Equations 4, 5 and 8 of the paper for one row. */
function exactBlock(v: number[], h: number[], w: Weights): number[] {
  const hidden = exactDense(v, w['block/mask_1/kernel'], w['block/mask_1/bias']).map((x) => Math.max(0, x));
  const mask = exactDense(hidden, w['block/mask_2/kernel'], w['block/mask_2/bias']);
  const product = exactDense(h.map((x, k) => x * mask[k]), w['block/dense/kernel']); // prettier-ignore
  const [gamma, beta] = [w['block/layer_norm/gamma'], w['block/layer_norm/beta']];
  return (gamma === undefined ? product : exactLayerNorm(product, gamma, beta)).map((x) => Math.max(0, x));
}

const cases = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  E: fc.integer({ min: 1, max: 5 }),
  K: fc.integer({ min: 1, max: 4 }),
  units: fc.integer({ min: 2, max: 4 }),
  reductionRatio: fc.constantFrom(0.5, 1, 2, 1.6),
  layerNorm: fc.boolean(),
});

// Planted bugs that this fails for: a mask of the masked part instead of the instance, a bias in `dense`, no activation inside the mask, the ratio on E.
test('output and gradients of every input and weight follow the float64 loops', () => {
  fc.assert(
    fc.property(cases, ({ B, E, K, ...options }) => {
      const before = memory().numTensors;
      const { layer, variables } = build(options, E, K);
      expect(variables['block/mask_1/kernel'].shape).toEqual([E, Math.max(1, Math.floor(K * options.reductionRatio))]);
      const weights = Object.fromEntries(Object.entries(variables).map(([path, v]) => [path, Float64Array.from(v.dataSync())])); // prettier-ignore
      const inputs: Weights = { v: Float64Array.from(numbers('v', B * E)), h: Float64Array.from(numbers('h', B * K)) };
      const factors = signs(B * options.units, 'out');
      const loss = (changed: Weights = {}): number => {
        const all = { ...inputs, ...weights, ...changed };
        const h = rowsOf(all.h, K);
        return project(rowsOf(all.v, E).flatMap((v, b) => exactBlock(v, h[b], all)), factors).value; // prettier-ignore
      };
      const names = ['v', 'h', ...Object.keys(variables)];
      const [value, ...gradients] = tidy(() => {
        const out = tensor2d(Float32Array.from(factors), [B, options.units]);
        const [v, h] = [tensor2d(Float32Array.from(inputs.v), [B, E]), tensor2d(Float32Array.from(inputs.h), [B, K])];
        const lossOf = (): Scalar => applyWithStep(true, () => sum(mul(layer.apply([v, h]) as Tensor, out)));
        const found = valueAndGrads(lossOf)([v, h, ...Object.values(variables)]);
        return [found.value, ...found.grads];
      });
      // Values below 2 K (E + 1) (2 K + 1); a layer of few units that are nearly equal magnifies roundings by up to 316.
      const bound = 32 * ROUNDOFF * B * options.units * K * K * (E + 1) * 2 * (options.layerNorm ? 316 : 1);
      expect(Math.abs(value.dataSync()[0] - loss())).toBeLessThanOrEqual(bound);
      names.forEach((name, i) => {
        const at = name in inputs ? inputs[name] : weights[name];
        const direction = signs(at.length, name);
        const exact = directionalDifference((x) => loss({ [name]: x }), at, direction);
        const { value: slope, magnitude } = project(gradients[i].dataSync(), direction);
        // Next to a kink of ReLU the two sides have different slopes: none of these draws is that close.
        expect(Math.abs(slope - exact), name).toBeLessThanOrEqual(bound * (1 + magnitude) + 1e-6 * (1 + magnitude));
      });
      for (const used of [value, ...gradients, ...Object.values(variables)]) used.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 30, seed: 1 },
  );
});

test('bad options and inputs are refused', () => {
  expect(() => new MaskBlock({ units: 0 })).toThrow('Dense: expected an integer >= 1 for units, got 0');
  expect(() => new MaskBlock({ units: 2, reductionRatio: 0 })).toThrow('expected a finite number > 0 and < 100 for reductionRatio'); // prettier-ignore
  const { layer } = build({ units: 2 }, 2, 2);
  expect(() => layer.call(tensor2d([[1, 2]]))).toThrow('block: expected two inputs');
});
