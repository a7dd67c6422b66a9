import { ROUNDOFF, exactDense } from '@ctrflow/testkit';
import { tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ComparisonDense } from '../src/index';
import { expectOracle, placed } from './layer-check';
import type { Named } from './layer-check';
import { numbers, rowsOf } from './numbers';

const shapes = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 4 }),
  Q: fc.integer({ min: 1, max: 3 }),
  S: fc.integer({ min: 0, max: 2 }),
  units: fc.integer({ min: 1, max: 3 }),
});

// The oracle is the plain form: the matrix of [q, k, q - k, q * k, s] times the kernel. Planted bugs that this fails for: Wk + Wd, rows of the kernel in another order,
// sides before the product, a query of another row.
test('equals the product with the matrix of comparisons, in output and gradients', () => {
  fc.assert(
    fc.property(shapes, ({ B, T, Q, S, units }) => {
      const inputs = [
        { shape: [B, Q], values: numbers('q', B * Q) },
        { shape: [B, T, Q], values: numbers('k', B * T * Q) },
        ...(S === 0 ? [] : [{ shape: [B, T, S], values: numbers('s', B * T * S) }]),
      ];
      const exact = (given: Named): number[] => {
        const [keys, sides] = [rowsOf(given.input_1, Q), S === 0 ? undefined : rowsOf(given.input_2, S)];
        return rowsOf(given.input_0, Q).flatMap((q, b) =>
          Array.from({ length: T }, (_, t) => {
            const k = keys[b * T + t];
            const row = [...q, ...k, ...q.map((v, d) => v - k[d]), ...q.map((v, d) => v * k[d]), ...(sides?.[b * T + t] ?? [])]; // prettier-ignore
            return exactDense(row, given['layer/kernel'], given['layer/bias']);
          }).flat(),
        );
      };
      // 2 Q + Q + Q + S products of numbers below 2 and 1, added up; sums of two weights are rounded first.
      const bound = (4 * Q + S + 4) * ROUNDOFF * (6 * Q + S + 1);
      const layer = placed(new ComparisonDense({ units }), inputs, 1);
      expectOracle(layer, inputs, { exact, bound, numDifferentiated: inputs.length });
    }),
    { numRuns: 25, seed: 1 },
  );
});

test('keys of another size than the query are refused', () => {
  const layer = new ComparisonDense({ units: 2 });
  expect(() => layer.apply([tensor([1, 2], [1, 2]), tensor([1, 2, 3], [1, 1, 3])])).toThrow('expected keys [B, T, 2]');
  expect(() => new ComparisonDense({ units: 0 })).toThrow('ComparisonDense: expected an integer >= 1 for units, got 0');
});
