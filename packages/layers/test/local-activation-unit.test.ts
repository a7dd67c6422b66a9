import { ROUNDOFF, exactDice, exactLocalActivation } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocalActivationUnit, isPlainActivation, weightsByPath } from '../src/index';
import type { LocalActivationUnitOptions } from '../src/index';
import { expectOracle, placed } from './layer-check';
import type { Input, Named } from './layer-check';
import { numbers, rowsOf } from './numbers';

interface Sizes {
  readonly lengths: readonly number[];
  readonly T: number;
  readonly Q: number;
  readonly S: number;
}

/** Query, keys, mask and sides; where padding is, numbers up to `fill`. */
function inputsOf({ lengths, T, Q, S }: Sizes, fill = 1): Input[] {
  const B = lengths.length;
  const isEvent = (i: number, width: number): boolean => Math.floor(i / width) % T < lengths[Math.floor(i / width / T)];
  const column = (name: string, width: number): Float32Array =>
    numbers(name, B * 8 * width).slice(0, B * T * width).map((v, i) => (isEvent(i, width) ? v : fill * v)); // prettier-ignore
  const mask = Float32Array.from({ length: B * T }, (_, i) => (isEvent(i, 1) ? 1 : 0));
  return [
    { shape: [B, Q], values: numbers('q', B * Q) },
    { shape: [B, T, Q], values: column('k', Q) },
    { shape: [B, T], values: mask },
    ...(S === 0 ? [] : [{ shape: [B, T, S], values: column('s', S) }]),
  ];
}

/** Weights of all positions, 0 where padding, from the events alone. */
function exactWeights(given: Named, { lengths, T, Q, S }: Sizes, options: LocalActivationUnitOptions): number[] {
  const { hiddenUnits = [36], activation = 'dice', softmax = false } = options;
  const [keys, sides] = [rowsOf(given.input_1, Q), S === 0 ? [] : rowsOf(given.input_3, S)];
  return rowsOf(given.input_0, Q).flatMap((query, b) => {
    const events = Array.from({ length: lengths[b] }, (_, t) => ({ keys: keys[b * T + t], sides: sides[b * T + t] ?? [] })); // prettier-ignore
    const path = { path: 'layer', numHidden: hiddenUnits.length, softmax };
    const found = exactLocalActivation(query, events, given, { ...path, activation: isPlainActivation(activation) ? activation : 'linear' }); // prettier-ignore
    return [...found, ...Array<number>(T - lengths[b]).fill(0)];
  });
}

const sizes = fc
  .record({
    lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
    Q: fc.integer({ min: 1, max: 3 }),
    S: fc.integer({ min: 0, max: 2 }),
    more: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ lengths, Q, S, more }): Sizes => ({ lengths, Q, S, T: Math.max(1, ...lengths) + more }));

// Planted bugs that this fails for: a mask before the output layer, a softmax over padding, activations in another order, a second layer of the first one's input.
test.each<LocalActivationUnitOptions>([
  { hiddenUnits: [4], activation: 'prelu' },
  { hiddenUnits: [4, 3], activation: 'tanh', softmax: true },
])('%o: weights and gradients follow the float64 loops of the paper', (options) => {
  fc.assert(
    fc.property(sizes, (drawn) => {
      fc.pre(drawn.lengths.some((length) => length > (options.softmax === true ? 1 : 0))); // else there is no gradient
      const inputs = inputsOf(drawn);
      const layer = placed(new LocalActivationUnit(options), inputs, 0.5);
      const exact = (given: Named): number[] => exactWeights({ ...given, ...Object.fromEntries(inputs.map(({ values }, i) => [`input_${i}`, given[`input_${i}`] ?? values])) }, drawn, options); // prettier-ignore
      // Two layers of at most 4 Q + S = 14 and 4 terms below 1.
      expectOracle(layer, inputs, { exact, bound: 64 * ROUNDOFF * 14 * 4, numDifferentiated: 2 });
    }),
    { numRuns: 20, seed: 1 },
  );
});

test('a softmax of one event is 1, and a history without events has no weights', () => {
  const inputs = inputsOf({ lengths: [1, 0], T: 3, Q: 2, S: 0 });
  const layer = placed(new LocalActivationUnit({ hiddenUnits: [3], activation: 'prelu', softmax: true }), inputs, 1);
  const weights = tidy(() => layer.apply(inputs.map(({ values, shape }) => tensor(values, [...shape]))) as Tensor);
  expect(Array.from(weights.dataSync())).toEqual([1, 0, 0, 0, 0, 0]);
});

describe('in training', () => {
  const path = ['alpha', 'moving_mean', 'moving_variance'].map((name) => `layer/dice_1/${name}`);

  /** Weights of the positions and the moving mean after a step, with Dice over one hidden layer. */
  function trained(
    drawn: Sizes,
    options: LocalActivationUnitOptions,
    fill: number,
  ): { weights: number[][]; moved: number[]; given: Named } {
    // prettier-ignore
    const inputs = inputsOf(drawn, fill);
    const layer = placed(new LocalActivationUnit(options), inputs, 0.5);
    const weights = weightsByPath(layer, 'layer');
    const given = Object.fromEntries(weights.map(({ path: name, weight }) => [name, weight.read().dataSync().slice()]));
    const output = applyWithStep(true, () => layer.apply(inputs.map(({ values, shape }) => tensor(values, [...shape]))) as Tensor); // prettier-ignore
    const moved =
      weights
        .find(({ path: name }) => name === path[1])
        ?.weight.read()
        .dataSync() ?? [];
    return { weights: rowsOf(output.dataSync(), drawn.T), moved: Array.from(moved), given };
  }

  // Planted bug that this fails for: statistics over all positions.
  test('padding has no influence on anything, statistics included', () => {
    for (const diceStatistics of ['real', { paddedTo: 6 }] as const) {
      const options = { hiddenUnits: [4, 3], diceStatistics };
      const drawn = { lengths: [3], Q: 2, S: 1 };
      const [a, b] = [trained({ ...drawn, T: 3 }, options, 1), trained({ ...drawn, T: 5 }, options, 50)];
      a.weights[0].forEach((weight, t) => {
        expect(Math.abs(weight - b.weights[0][t])).toBeLessThan(64 * ROUNDOFF);
      });
      a.moved.forEach((mean, h) => {
        expect(Math.abs(mean - b.moved[h])).toBeLessThan(16 * ROUNDOFF);
      });
      expect(b.weights[0].slice(3).map(Math.abs)).toEqual([0, 0]);
      const empty = trained({ ...drawn, lengths: [0], T: 3 }, options, 50);
      expect(empty.weights[0].map(Math.abs)).toEqual([0, 0, 0]);
    }
  });

  // What FuxiCTR computes: every row has `paddedTo` positions, those after the events with zero vectors. Planted bugs that this fails for: padding of weight T - length of the batch;
  // statistics of events alone.
  test.each([
    ['real', 0],
    [{ paddedTo: 7 }, 7],
  ] as const)('statistics %o are those of the events and %i - length zero vectors', (diceStatistics, longest) => {
    const drawn = { lengths: [3, 1], T: 4, Q: 2, S: 1 };
    const { weights, moved, given } = trained(drawn, { hiddenUnits: [4], diceStatistics }, 1);
    const [queries, keys, , sides] = inputsOf(drawn).map(({ values, shape }) => rowsOf(values, shape.at(-1) ?? 1));
    const kernel = given['layer/dense_1/kernel'];
    const positions = drawn.lengths.flatMap((length, b) =>
      Array.from({ length: Math.max(length, longest) }, (_, t) => {
        const [q, k, s] = t < length ? [queries[b], keys[b * 4 + t], sides[b * 4 + t]] : [queries[b], [0, 0], [0]];
        const row = [...q, ...k, ...q.map((v, d) => v - k[d]), ...q.map((v, d) => v * k[d]), ...s];
        return Array.from({ length: 4 }, (_h, h) => row.reduce((sum, v, i) => sum + v * kernel[i * 4 + h], given['layer/dense_1/bias'][h])); // prettier-ignore
      }),
    );
    const [alpha, mean, variance] = path.map((name) => given[name]);
    const { rows, movingMean, spread } = exactDice(positions, alpha, { mean, variance });
    const scores = rows.map((row) => row.reduce((sum, v, h) => sum + v * given['layer/output/kernel'][h], given['layer/output/bias'][0])); // prettier-ignore
    const perRow = Math.max(longest, 3);
    const wanted = longest === 0 ? [scores.slice(0, 3), scores.slice(3, 4)] : [scores.slice(0, 3), scores.slice(perRow, perRow + 1)]; // prettier-ignore
    wanted.forEach((row, b) => {
      row.forEach((score, t) => {
        expect(Math.abs(weights[b][t] - score)).toBeLessThan(64 * ROUNDOFF * (8 + spread));
      });
    });
    movingMean.forEach((value, h) => {
      expect(Math.abs(moved[h] - value)).toBeLessThan(32 * ROUNDOFF);
    });
  });
});

test('bad options are refused', () => {
  expect(() => new LocalActivationUnit({ hiddenUnits: [] })).toThrow('expected one layer or more for hiddenUnits'); // prettier-ignore
  expect(() => new LocalActivationUnit({ activation: 'dise' as never })).toThrow('did you mean "dice"?');
  expect(() => new LocalActivationUnit({ diceStatistics: { paddedTo: 0 } })).toThrow('for diceStatistics.paddedTo');
});
