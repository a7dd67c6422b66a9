import { randomKey } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { TableGroup, TableInitializer } from '../src/index';

const key = randomKey(7);
const bothKernels = ['auto', 'plain'] as const;

function newGroup(
  initializer: TableInitializer = { kind: 'normal', stdDev: 1 },
  kernels: 'auto' | 'plain' = 'auto',
): TableGroup {
  const tables = [
    { name: 'city', numRows: 4 },
    { name: 'hour', numRows: 3, paddingRow: false },
  ];
  return createTableGroup('embedding', tables, { dim: 2, key, initializer, kernels });
}

function step(group: TableGroup): void {
  const gradients = Float32Array.of(1, 2, 3, 4, 5, 6);
  group.update(group.plan(Int32Array.of(1, 5, 1)), gradients, { learningRate: 0.1, step: 1 });
}

test.each(bothKernels)('growth keeps rows and state and makes new rows as if they had been there (%s)', (kernels) => {
  const group = newGroup(undefined, kernels);
  group.useOptimizer({ kind: 'adagrad', initialAccumulator: 0.5 });
  step(group);
  const before = { city: group.weights('city'), hour: group.weights('hour'), state: group.optimizerState('city') };
  group.grow('city', 6);
  group.grow('city', 5); // smaller: nothing happens
  expect(group.tables[0].numRows).toBe(6);
  expect(group.offsetOf('hour')).toBe(6);
  expect(group.weights('city').subarray(0, 8)).toEqual(before.city);
  expect(group.weights('hour')).toEqual(before.hour);
  const { accumulator } = group.optimizerState('city');
  expect(accumulator.subarray(0, 8)).toEqual(before.state.accumulator);
  expect(Array.from(accumulator.subarray(8))).toEqual([0.5, 0.5, 0.5, 0.5]);
  const larger = createTableGroup('embedding', [{ name: 'city', numRows: 6 }], {
    dim: 2,
    key,
    initializer: { kind: 'normal', stdDev: 1 },
  });
  expect(group.weights('city').subarray(8)).toEqual(larger.weights('city').subarray(8));
});

// Fails when a row's values depend on other tables, or on the order in which rows are made.
test('initial values depend on key, table and element only', () => {
  const alone = createTableGroup('other', [{ name: 'hour', numRows: 2, paddingRow: false }], {
    dim: 2,
    key,
    initializer: { kind: 'normal', stdDev: 1 },
  });
  expect(newGroup().weights('hour').subarray(0, 4)).toEqual(alone.weights('hour'));
});

test('initializers have the moments and the range that they name', () => {
  const values = (initializer: TableInitializer): Float32Array =>
    createTableGroup('t', [{ name: 'a', numRows: 5001 }], { dim: 2, key, initializer })
      .weights('a')
      .subarray(2);
  const mean = (x: Float32Array, power: number): number => x.reduce((sum, v) => sum + v ** power, 0) / x.length;
  const n = 10_000;
  // Five standard errors of the mean and of the variance (of a normal: sqrt(2 / n), of a uniform on [-l, l]: l^2 sqrt(4 / 45 / n)).
  const normal = values({ kind: 'normal', stdDev: 3 });
  expect(Math.abs(mean(normal, 1))).toBeLessThan((5 * 3) / Math.sqrt(n));
  expect(Math.abs(mean(normal, 2) / 9 - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  const uniform = values({ kind: 'uniform', limit: 2 });
  expect(Math.abs(mean(uniform, 2) - 4 / 3)).toBeLessThan(5 * 4 * Math.sqrt(4 / 45 / n));
  expect(uniform.every((v) => Math.abs(v) <= 2)).toBe(true);
  expect(values({ kind: 'zeros' }).every((v) => v === 0)).toBe(true);
});

test.each(bothKernels)('pretrained vectors take the place of the rows they are for (%s)', (kernels) => {
  const group = newGroup(undefined, kernels);
  const before = group.weights('city');
  group.setRows('city', [3, 1], Float32Array.of(1, 2, 3, 4));
  expect(Array.from(group.weights('city'))).toEqual([0, 0, 3, 4, before[4], before[5], 1, 2]);
  group.setRows('hour', [0], Float32Array.of(5, 6));
  expect(Array.from(group.weights('hour').subarray(0, 2))).toEqual([5, 6]);
});

// Planted bugs that this fails for: a decay per lookup instead of per row, of rows that are not looked up, a decay that the norm forgets or that is added for the norm and again for the update.
test.each(bothKernels)('rows decay by their own factor when they are looked up (%s)', (kernels) => {
  const group = newGroup(undefined, kernels);
  group.useOptimizer({ kind: 'sgd' });
  group.setWeights('city', Float32Array.of(0, 0, 1, 2, 4, 8, 3, 5));
  group.useRowDecay('city', Float32Array.of(0, 0.5, 0.25, 1));
  const plan = group.plan(Int32Array.of(2, 1, 2)); // row 3 is not looked up, row 2 twice
  const gradients = Float32Array.of(1, 1, 0, 0, 1, 1);
  expect(group.gradientSquaredNorm(plan, gradients)).toBe(3 ** 2 + 4 ** 2 + 0.5 ** 2 + 1 ** 2);
  group.update(plan, gradients, { learningRate: 0.5, step: 1 });
  expect(Array.from(group.weights('city'))).toEqual([0, 0, 0.75, 1.5, 2.5, 6, 3, 5]);

  group.grow('city', 5);
  group.setRows('city', [4], Float32Array.of(1, 1));
  group.update(group.plan(Int32Array.of(4, 3)), new Float32Array(4), { learningRate: 0.5, step: 2 });
  expect(Array.from(group.weights('city').subarray(6))).toEqual([1.5, 2.5, 1, 1]);

  group.useRowDecay('city', undefined);
  group.update(group.plan(Int32Array.of(3)), new Float32Array(2), { learningRate: 0.5, step: 3 });
  expect(Array.from(group.weights('city').subarray(6, 8))).toEqual([1.5, 2.5]);
});

test('what does not fit is refused', () => {
  const group = newGroup();
  expect(() => { group.setRows('city', [0], new Float32Array(2)); }).toThrow('table "city": expected an integer >= 1 and <= 3 for row 0 of the vectors, got 0'); // prettier-ignore
  expect(() => { group.setRows('city', [1], new Float32Array(3)); }).toThrow('expected 2 numbers for the vectors, got 3'); // prettier-ignore
  expect(() => { group.setWeights('city', new Float32Array(3)); }).toThrow('expected 8 numbers for weights, got 3'); // prettier-ignore
  expect(() => { step(group); }).toThrow('expected an optimizer before an update'); // prettier-ignore
  expect(() => { group.useRowDecay('city', new Float32Array(3)); }).toThrow('table "city": expected 4 numbers for the decay of its rows, got 3'); // prettier-ignore
  expect(() => group.weights('town')).toThrow('expected one of city, hour, got "town"');
  group.useOptimizer({ kind: 'sgd' });
  expect(() => { group.update(group.plan(Int32Array.of(1)), new Float32Array(1), { learningRate: 1, step: 1 }); }).toThrow('at least 2 numbers for the gradients, got 1'); // prettier-ignore
  expect(() => { group.setOptimizerState('city', {}); }).not.toThrow(); // prettier-ignore
  group.useOptimizer({ kind: 'adagrad' });
  expect(() => { group.setOptimizerState('city', {}); }).toThrow('expected optimizer state "accumulator"'); // prettier-ignore
  const twice = [{ name: 'a', numRows: 1 }, { name: 'a', numRows: 2 }]; // prettier-ignore
  expect(() => createTableGroup('t', twice, { dim: 1, key })).toThrow('expected names that differ, got "a"');
});

// Fails when setWeights takes row 0 as it is: lookups of missing values would then read it.
test('a padding row stays zero when all weights are set', () => {
  const group = newGroup();
  group.setWeights('city', new Float32Array(8).fill(1));
  expect(Array.from(group.weights('city'))).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
});

// Fails when the sums of the batch before, or those that gather overwrote, are taken for those of this one.
test.each(bothKernels)(
  'the norm may be asked for, the next batch read, and the update made after that (%s)',
  (kernels) => {
    const [group, direct] = [newGroup(undefined, kernels), newGroup(undefined, kernels)];
    for (const each of [group, direct]) each.useOptimizer({ kind: 'lazy-adam' });
    const gradients = Float32Array.of(1, 2, 3, 4, 5, 6);
    const plan = group.plan(Int32Array.of(1, 5, 1));
    expect(group.gradientSquaredNorm(plan, gradients)).toBe(6 ** 2 + 8 ** 2 + 3 ** 2 + 4 ** 2);
    group.gather(group.plan(Int32Array.of(2, 3)), new Float32Array(4));
    group.update(plan, gradients, { learningRate: 0.1, step: 1 });
    step(direct);
    expect(group.weights('city')).toEqual(direct.weights('city'));
    expect(group.weights('hour')).toEqual(direct.weights('hour'));
  },
);
