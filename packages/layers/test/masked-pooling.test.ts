import { ROUNDOFF, exactPooling } from '@ctrflow/testkit';
import { memory, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currentStep, maskedPooling, withStep } from '../src/index';
import { numbers, rowsOf } from './numbers';

// Planted bugs that this fails for: a mean over T, a division by zero for an empty list.
test.each(['sum', 'mean'] as const)(
  '%s follows the float64 oracle; padding and empty lists give nothing',
  (pooling) => {
    const cases = fc.record({
      lengths: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
      padding: fc.integer({ min: 1, max: 3 }),
      D: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(cases, ({ lengths, padding, D }) => {
        const before = memory().numTensors;
        const T = Math.max(...lengths) + padding;
        const list = numbers('list', lengths.length * T * D);
        const weights = numbers('weights', lengths.length * T).map((w, i) =>
          i % T < lengths[Math.floor(i / T)] ? 1 + w / 2 : 0,
        );
        const inputs = [tensor3d(list, [lengths.length, T, D]), tensor2d(weights, [lengths.length, T])] as const;
        const pooled = maskedPooling(...inputs, pooling);
        const exact = rowsOf(list, T * D).flatMap((row, b) =>
          exactPooling(rowsOf(row, D).slice(0, lengths[b]), rowsOf(weights, T)[b].slice(0, lengths[b]), D, pooling),
        );
        // T products below 1.5, summed, and a sum of T weights.
        pooled.dataSync().forEach((value, i) => {
          expect(Math.abs(value - exact[i])).toBeLessThanOrEqual((2 * T + 2) * ROUNDOFF * 1.5 * (T + 1));
        });
        for (const used of [pooled, ...inputs]) used.dispose();
        expect(memory().numTensors).toBe(before);
      }),
      { numRuns: 25, seed: 1 },
    );
  },
);

// Fails if the sum that divides is kept from 0 by a number in the range of weights.
test('the mean under weights times a power of two is the same, weights that are all 0 give 0', () => {
  const weight = fc.integer({ min: 0, max: 12 }).map((w) => w / 8);
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: -100, max: 100 }),
      (weights, power) => {
        const list = tensor3d(numbers('list', weights.length * 2), [1, weights.length, 2]);
        const pooled = (scale: number): number[] =>
          Array.from(maskedPooling(list, tensor2d([weights.map((w) => w * scale)]), 'mean').dataSync());
        expect(pooled(2 ** power)).toEqual(pooled(1));
        expect(pooled(0).map(Math.abs)).toEqual([0, 0]);
      },
    ),
    { numRuns: 50, seed: 1 },
  );
});

test('steps nest, and end when their body throws', () => {
  const step = (training: boolean) => ({ training, dropoutMask: () => tensor2d([1], [1, 1]) });
  expect(currentStep()).toBeUndefined();
  withStep(step(true), () => {
    expect(() => withStep(step(false), () => { throw new Error(String(currentStep()?.training)); })).toThrow('false'); // prettier-ignore
    expect(currentStep()?.training).toBe(true);
  });
  expect(currentStep()).toBeUndefined();
});
