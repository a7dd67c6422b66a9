import { ROUNDOFF, directionalDifference, exactDice, project, signs } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { memory, mul, sum, tensor, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dice, placeLayer, weightsByPath } from '../src/index';
import { numbers, rowsOf } from './numbers';

function build(H: number): { layer: Dice; weight: Record<string, Variable> } {
  const layer = new Dice();
  placeLayer(layer, 'dice', 1);
  layer.build([null, H]);
  const weight = Object.fromEntries(
    weightsByPath(layer, 'dice').map(({ path, weight: own }) => [path.slice(5), own.read() as Variable]),
  );
  for (const [name, variable] of Object.entries(weight)) {
    const values = numbers(name, H).map((x) => (name === 'moving_variance' ? 1 + x / 2 : x));
    tidy(() => {
      variable.assign(tensor(values, [H]));
    });
  }
  return { layer, weight };
}

const cases = fc.record({
  N: fc.integer({ min: 2, max: 8 }),
  H: fc.integer({ min: 1, max: 3 }),
  /** Rows whose weight is 0, none when undefined; the first two count. */
  masked: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
});

const values = (variable: Variable): Float64Array => Float64Array.from(variable.dataSync());

// Planted bugs that this fails for: eps 1e-5, momentum 0.1, statistics of masked rows, alpha on the wrong side, a gradient that forgets that the mean moves.
test('in training: output, moving statistics and gradients follow the float64 loops', () => {
  fc.assert(
    fc.property(cases, ({ N, H, masked }) => {
      const before = memory().numTensors;
      const { layer, weight } = build(H);
      const x = numbers(`x${N}`, N * H);
      const weights = masked === undefined ? undefined : Array.from({ length: N }, (_, i) => (i < 2 ? 1 + i : i - 2 < masked ? 0 : 1)); // prettier-ignore
      const factors = signs(N * H, 'out');
      const moving = { mean: values(weight.moving_mean), variance: values(weight.moving_variance) };
      const alpha = values(weight.alpha);
      const exact = (input: ArrayLike<number>, slopes: ArrayLike<number> = alpha) =>
        exactDice(rowsOf(input, H), slopes, moving, weights);
      const loss = (input: ArrayLike<number>, slopes?: ArrayLike<number>): number =>
        project(exact(input, slopes).rows.flat(), factors).value;
      const [value, dx, dalpha] = tidy(() => {
        const out = tensor2d(Float32Array.from(factors), [N, H]);
        const input = tensor2d(x, [N, H]);
        const inputs = weights === undefined ? input : [input, tensor2d(weights, [N, 1])];
        const lossOf = (): Scalar => applyWithStep(true, () => sum(mul(layer.apply(inputs) as Tensor, out)));
        const found = valueAndGrads(lossOf)([input, weight.alpha]);
        return [found.value, ...found.grads];
      });
      const { movingMean, movingVariance, spread } = exact(x);
      const bound = 32 * N * H * ROUNDOFF * (N + spread);
      expect(Math.abs(value.dataSync()[0] - loss(x))).toBeLessThanOrEqual(bound);
      movingMean.forEach((mean, h) => {
        expect(Math.abs(weight.moving_mean.dataSync()[h] - mean)).toBeLessThanOrEqual((N + 4) * ROUNDOFF);
        expect(Math.abs(weight.moving_variance.dataSync()[h] - movingVariance[h])).toBeLessThanOrEqual((2 * N + 8) * ROUNDOFF * 2); // prettier-ignore
      });
      const byInput = directionalDifference((v) => loss(v), Float64Array.from(x), signs(N * H, 'x'));
      const byAlpha = directionalDifference((a) => loss(x, a), alpha, signs(H, 'alpha'));
      expect(Math.abs(project(dx.dataSync(), signs(N * H, 'x')).value - byInput)).toBeLessThanOrEqual(bound * spread + 1e-6); // prettier-ignore
      expect(Math.abs(project(dalpha.dataSync(), signs(H, 'alpha')).value - byAlpha)).toBeLessThanOrEqual(bound + 1e-7);
      for (const used of [value, dx, dalpha, ...Object.values(weight)]) used.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 40, seed: 1 },
  );
});

// Planted bug that this fails for: a masked sum divided by the number of all rows.
test('rows of weight 0 change nothing for the others, however many there are', () => {
  const x = numbers('x', 6);
  const run = (junk: number[]): { output: number[]; mean: number[] } => {
    const { layer, weight } = build(2);
    const rows = tensor2d([...x, ...junk], [3 + junk.length / 2, 2]);
    const weights = tensor2d([1, 1, 1, ...junk.filter((_, i) => i % 2 === 0).map(() => 0)], [rows.shape[0], 1]);
    const output = applyWithStep(true, () => layer.apply([rows, weights]) as Tensor).dataSync();
    return { output: Array.from(output.slice(0, 6)), mean: Array.from(weight.moving_mean.dataSync()) };
  };
  expect(run([7, -3, 100, 100])).toEqual(run([]));
});

test('a batch without any row that counts leaves finite outputs and the statistics as they are', () => {
  const { layer, weight } = build(2);
  const kept = [values(weight.moving_mean), values(weight.moving_variance)];
  const output = applyWithStep(true, () => layer.apply([tensor2d([[1, 2]]), tensor2d([[0]])]) as Tensor);
  expect(Array.from(output.dataSync()).every(Number.isFinite)).toBe(true);
  expect([values(weight.moving_mean), values(weight.moving_variance)]).toEqual(kept);
});

test('in prediction the moving statistics decide, and stay', () => {
  const { layer, weight } = build(2);
  const kept = values(weight.moving_mean);
  const x = [0.5, -2, 1, 4];
  const output = applyWithStep(false, () => layer.apply(tensor2d(x, [2, 2])) as Tensor).dataSync();
  x.forEach((v, i) => {
    const [alpha, mean, variance] = ['alpha', 'moving_mean', 'moving_variance'].map((name) => weight[name].dataSync()[i % 2]); // prettier-ignore
    const p = 1 / (1 + Math.exp(-(v - mean) / Math.sqrt(variance + 1e-9)));
    expect(Math.abs(output[i] - (p * v + alpha * (1 - p) * v))).toBeLessThanOrEqual(16 * ROUNDOFF * (Math.abs(v) + 1));
  });
  expect(values(weight.moving_mean)).toEqual(kept);
});

test.each<[string, number[] | undefined]>([
  ['one row', undefined],
  ['one event among padding', [0, 1, 0]],
  ['no event', [0, 0, 0]],
])('%s leaves the moving statistics as they are', (_, weights) => {
  const { layer, weight } = build(2);
  const statistics = (): number[][] => [[...values(weight.moving_mean)], [...values(weight.moving_variance)]];
  const before = statistics();
  const apply = (rows: number[][], shares: number[] | undefined): void => {
    const inputs = (): Tensor | Tensor[] =>
      shares === undefined ? tensor2d(rows) : [tensor2d(rows), tensor2d(shares, [shares.length, 1])];
    tidy(() => applyWithStep(true, () => layer.apply(inputs()) as Tensor));
  };
  const rows = [[3, -8], [5, 0], [1, 1]]; // prettier-ignore
  apply(weights === undefined ? rows.slice(0, 1) : rows, weights);
  expect(statistics()).toEqual(before);
  apply(rows, weights && [1, 1, 0]);
  expect(statistics()).not.toEqual(before);
});
