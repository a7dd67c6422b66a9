import { exactGRU } from '@ctrflow/testkit';
import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRU } from '../src/index';
import { expectOracle, outputOf, placed, recurrentBound } from './layer-check';
import type { Named } from './layer-check';
import { rowsOf } from './numbers';
import { sequenceCases, sequencesOf, withGarbage } from './recurrent';

// Planted bugs that this fails for: reset gate before the product, u and 1 - u exchanged, gates in another order, a bias outside of the reset gate.
test.each([
  { returnSequences: true, resetAfter: true },
  { returnSequences: false, resetAfter: true },
  { returnSequences: true, resetAfter: false },
])('follows the float64 oracle, and so do its gradients, %o', ({ returnSequences, resetAfter }) => {
  fc.assert(
    fc.property(sequenceCases, fc.boolean(), ({ B, T, D, H, sequence, mask }, masked) => {
      fc.pre(!masked || mask.values.some((real) => real === 1)); // else no gradient
      const inputs = masked ? [sequence, mask] : [sequence];
      const layer = placed(new GRU({ units: H, returnSequences, resetAfter }), inputs, 0.25);
      const exact = (given: Named): number[] =>
        sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
          const real = masked ? { mask: rowsOf(mask.values, T)[b] } : {};
          const states = exactGRU(entries, given, { path: 'layer', resetAfter, ...real });
          return returnSequences ? states.flat() : (states.at(-1) ?? []);
        });
      // One row with T = 1 has a state of 0 before it: the recurrent kernel then gets no gradient.
      fc.pre(T > 1 && (!masked || rowsOf(mask.values, T).some((row) => row.filter((real) => real === 1).length > 1)));
      expectOracle(layer, inputs, { exact, bound: recurrentBound(T, D, H), numDifferentiated: 1 });
      expect(B * H * (returnSequences ? T : 1)).toBe(outputOf(layer, inputs).length);
      layer.dispose();
    }),
    { numRuns: 20, seed: 1 },
  );
});

// Planted bug that this fails for: a state that decays over padding.
test('padding has no influence, whatever it holds and wherever it stands', () => {
  fc.assert(
    fc.property(sequenceCases, (drawn) => {
      const layer = placed(new GRU({ units: drawn.H, returnSequences: true }), [drawn.sequence, drawn.mask], 0.25);
      const states = outputOf(layer, [drawn.sequence, drawn.mask]);
      expect(outputOf(layer, [withGarbage(drawn, 7), drawn.mask])).toEqual(states);
      rowsOf(drawn.mask.values, drawn.T).forEach((mask, b) => {
        const row = sequencesOf(states, drawn.T, drawn.H)[b];
        mask.forEach((real, t) => {
          if (real === 0) expect(row[t]).toEqual(t === 0 ? Array(drawn.H).fill(0) : row[t - 1]);
        });
      });
      layer.dispose();
    }),
    { numRuns: 20, seed: 2 },
  );
});

test('weights begin uniform in +-1/sqrt(H), and both biases are counted, as in PyTorch', () => {
  const [D, H] = [3, 25];
  const layer = new GRU({ units: H });
  layer.build([null, 4, D]);
  const sizes = layer.weights.map((weight) => weight.read().size);
  expect(sizes.reduce((total, size) => total + size)).toBe(3 * H * (D + H) + 6 * H);
  for (const weight of layer.weights) {
    const values = weight.read().dataSync();
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 5);
    expect(Math.min(...values)).toBeLessThan(-0.15);
  }
});

test('refuses what is no sequence, and options out of range', () => {
  expect(() => new GRU({ units: 2 }).apply(tensor2d([[1, 2]]))).toThrow(/expected a sequence \[B, T, D\], got/);
  expect(() => new GRU({ units: 0 })).toThrow('GRU: expected an integer >= 1 for units, got 0');
  const layer = new GRU({ units: 2 });
  const x = { shape: [1, 2, 1], values: Float32Array.of(1, 2) };
  const mask = { shape: [1, 3], values: Float32Array.of(1, 1, 1) };
  expect(() => placed(layer, [x, mask], 1)).toThrow(/expected an input \[1, 2\] beside the sequence, got/);
  expect(() => placed(layer, [x, mask, mask], 1)).toThrow(/expected a sequence and 0 to 1 inputs/);
});
