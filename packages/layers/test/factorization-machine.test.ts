import { ROUNDOFF, directionalDifference, exactPairs, project, signs } from '@ctrflow/testkit';
import { memory, sum, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FactorizationMachine } from '../src/index';
import { numbers, rowsOf } from './numbers';

const shapes = fc.record({
  B: fc.integer({ min: 1, max: 4 }),
  F: fc.integer({ min: 1, max: 6 }),
  D: fc.integer({ min: 1, max: 5 }),
});
const apply = (values: Float32Array, shape: [number, number, number]): Float32Array => {
  const output = tidy(() => new FactorizationMachine().apply(tensor(values, shape)) as Tensor);
  expect(output.shape).toEqual([shape[0], 1]);
  const data = output.dataSync<'float32'>();
  output.dispose();
  return data;
};
/** F D terms below 1 in a square of a sum below (F D)^2 / D, each rounded F + D times. */
const bound = (F: number, D: number): number => (F + D + 4) * ROUNDOFF * F * F * D;

// Planted bugs that this fails for: no 1/2, the diagonal left in, a sum over D where F is meant.
test('equals the double sum over pairs, and so does its gradient', () => {
  fc.assert(
    fc.property(shapes, ({ B, F, D }) => {
      const before = memory().numTensors;
      const x = numbers('e', B * F * D);
      const pairs = (e: ArrayLike<number>): number[] => rowsOf(e, F * D).map((row) => exactPairs(rowsOf(row, D)));
      pairs(x).forEach((exact, b) => {
        expect(Math.abs(apply(x, [B, F, D])[b] - exact)).toBeLessThanOrEqual(bound(F, D));
      });
      const [gradient] = tidy(() => {
        const lossOf = (e: Tensor): Scalar => sum(new FactorizationMachine().apply(e) as Tensor);
        return valueAndGrads(lossOf)([tensor(x, [B, F, D])]).grads;
      });
      const direction = signs(x.length, 'e');
      const total = (e: ArrayLike<number>): number => pairs(e).reduce((left, right) => left + right, 0);
      const difference = directionalDifference(total, Float64Array.from(x), direction);
      const { value } = project(gradient.dataSync(), direction);
      expect(Math.abs(value - difference)).toBeLessThanOrEqual(B * 2 * bound(F, D) + 1e-8);
      gradient.dispose();
      expect(memory().numTensors).toBe(before);
    }),
    { numRuns: 25, seed: 1 },
  );
});

// A power of two scales every float exactly, so that the square of it scales the output bit by bit: fails for an added constant.
test('is homogeneous of degree two, and does not know the order of fields or other rows', () => {
  const x = numbers('e', 3 * 4 * 2);
  const output = apply(x, [3, 4, 2]);
  expect(apply(x.map((v) => 8 * v), [3, 4, 2])).toEqual(output.map((y) => 64 * y)); // prettier-ignore
  const reversed = Float32Array.from(rowsOf(x, 8).flatMap((row) => rowsOf(row, 2).reverse().flat()));
  apply(reversed, [3, 4, 2]).forEach((y, b) => {
    expect(Math.abs(y - output[b])).toBeLessThanOrEqual(2 * bound(4, 2));
  });
  expect(Math.abs(apply(x.slice(8, 16), [1, 4, 2])[0] - output[1])).toBeLessThanOrEqual(2 * bound(4, 2));
});

test('refuses what has not three axes', () => {
  expect(() => new FactorizationMachine().apply(tensor([1, 2], [1, 2]))).toThrow(
    /expected embeddings \[B, F, D\], got/,
  );
});
