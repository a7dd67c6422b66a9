import { ROUNDOFF, exactSoftmax } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BilinearAttention } from '../src/index';
import { expectOracle, outputOf, placed } from './layer-check';
import type { Input, Named } from './layer-check';
import { numbers, rowsOf } from './numbers';

const sizes = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
  H: fc.integer({ min: 1, max: 3 }),
  A: fc.integer({ min: 1, max: 3 }),
  softmax: fc.boolean(),
});
const T = 3;

function inputsOf(lengths: readonly number[], H: number, A: number, fill = 1): Input[] {
  const B = lengths.length;
  const real = (place: number): boolean => place % T < lengths[Math.floor(place / T)];
  return [
    { shape: [B, T, H], values: numbers('states', B * T * H).map((x, i) => (real(Math.floor(i / H)) ? x : fill * x)) },
    { shape: [B, A], values: numbers('target', B * A) },
    { shape: [B, T], values: Float32Array.from({ length: B * T }, (_, i) => (real(i) ? 1 : 0)) },
  ];
}

// Planted bugs that this fails for: a kernel that is turned, a softmax over padding, scores of padding.
test('follows the float64 loops', () => {
  fc.assert(
    fc.property(sizes, ({ lengths, H, A, softmax }) => {
      fc.pre(lengths.some((length) => length > 1)); // one state has the whole attention whatever it is
      const inputs = inputsOf(lengths, H, A);
      const exact = (given: Named): number[] => {
        const [states, targets, kernel] = [rowsOf(given.input_0, H), rowsOf(given.input_1, A), given['layer/kernel']];
        return lengths.flatMap((length, b) => {
          const scores = states.slice(b * T, b * T + length).map((state) => {
            let score = 0;
            for (let h = 0; h < H; h++)
              for (let a = 0; a < A; a++) score += state[h] * kernel[h * A + a] * targets[b][a];
            return score;
          });
          const found = softmax && length > 0 ? exactSoftmax(scores) : scores;
          return Array.from({ length: T }, (_, t) => found[t] ?? 0);
        });
      };
      const layer = placed(new BilinearAttention({ softmax }), inputs, 1);
      expectOracle(layer, inputs, { exact, bound: 32 * (H * A + T) * ROUNDOFF, numDifferentiated: 2 });
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('what padding holds has no influence; a history without events has the scores 0', () => {
  const layer = placed(new BilinearAttention(), inputsOf([2, 0], 2, 2), 1);
  const scores = outputOf(layer, inputsOf([2, 0], 2, 2));
  expect(outputOf(layer, inputsOf([2, 0], 2, 2, 50))).toEqual(scores);
  expect(scores.subarray(2)).toEqual(new Float32Array(4));
  expect(Math.abs(scores[0] + scores[1] - 1)).toBeLessThan(2 * ROUNDOFF);
});
