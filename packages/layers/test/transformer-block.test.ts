import { ROUNDOFF, exactMultiHeadAttention, exactTransformerBlock } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MultiHeadAttention, TransformerBlock } from '../src/index';
import { expectOracle, outputOf, placed } from './layer-check';
import type { Input, Named } from './layer-check';
import { numbers, rowsOf } from './numbers';

interface Sizes {
  readonly lengths: readonly number[];
  readonly T: number;
  readonly size: number;
  readonly numHeads: number;
}

/** Positions `[B, T, M]` with a mask; in the padding numbers up to `fill`. */
function inputsOf({ lengths, T, size }: Sizes, fill = 1): Input[] {
  const B = lengths.length;
  const real = (position: number): boolean => position % T < lengths[Math.floor(position / T)];
  const x = numbers('x', B * T * size).map((v, i) => (real(Math.floor(i / size)) ? v : fill * v));
  return [
    { shape: [B, T, size], values: x },
    { shape: [B, T], values: Float32Array.from({ length: B * T }, (_, i) => (real(i) ? 1 : 0)) },
  ];
}

const sizes = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 1, max: 4 }),
  numHeads: fc.constantFrom(1, 2),
  headSize: fc.integer({ min: 1, max: 3 }),
});

type Exact = (rows: number[][], weights: Named) => number[][];

/** Rows without padding against the oracle, gradients included. */
function follows(
  make: (drawn: Sizes) => MultiHeadAttention | TransformerBlock,
  exactOf: (drawn: Sizes) => Exact,
  boundOf: (drawn: Sizes) => number,
): void {
  // prettier-ignore
  fc.assert(
    fc.property(sizes, ({ B, T, numHeads, headSize }) => {
      fc.pre(T > 1); // one position attends to itself whatever its query and key
      const drawn = { lengths: Array<number>(B).fill(T), T, numHeads, size: numHeads * headSize };
      fc.pre(drawn.size > 1); // a norm of one number is its offset
      const inputs = inputsOf(drawn);
      const exact = (given: Named): number[] => {
        const rows = rowsOf(given.input_0, drawn.size);
        return Array.from({ length: B }, (_, b) => exactOf(drawn)(rows.slice(b * T, (b + 1) * T), given).flat()).flat();
      };
      expectOracle(placed(make(drawn), inputs, 0.5), inputs, { exact, bound: boundOf(drawn), numDifferentiated: 1 });
    }),
    { numRuns: 20, seed: 1 },
  );
}

// Planted bugs that these fail for: a scale by M instead of M / heads, heads interleaved, a softmax over queries, values of the keys' map.
test('attention follows the float64 loops', () => {
  follows(
    ({ size, numHeads }) => new MultiHeadAttention({ size, numHeads }),
    ({ numHeads }) => (rows, given) => exactMultiHeadAttention(rows, given, { path: 'layer', numHeads }), // prettier-ignore
    ({ size, T }) => 16 * ROUNDOFF * size * size * (size + T),
  );
});

// Planted bugs that these fail for: a norm before the addition, ReLU for the leaky one, the second addition of x instead of s.
test('a block follows the float64 loops', () => {
  follows(
    ({ size, numHeads }) => new TransformerBlock({ size, numHeads, feedForwardUnits: size + 1 }),
    ({ numHeads }) => (rows, given) => exactTransformerBlock(rows, given, { path: 'layer', numHeads }), // prettier-ignore
    // Two norms magnify roundings by what 1 / sqrt(var) is for these draws, below 100 each.
    ({ size, T }) => 16 * ROUNDOFF * size * size * (size + T) * 300,
  );
});

// Planted bugs that this fails for: a norm that stays, the activation of the default.
test('a block without norms, with another activation, follows the float64 loops', () => {
  follows(
    ({ size, numHeads }) => new TransformerBlock({ size, numHeads, activation: 'tanh', layerNorm: false }),
    ({ numHeads }) => (rows, given) => exactTransformerBlock(rows, given, { path: 'layer', numHeads, activation: 'tanh' }), // prettier-ignore
    ({ size, T }) => 16 * ROUNDOFF * size * size * (size + T) * 4,
  );
});

// Planted bugs that these fail for: a mask of queries instead of keys; padding as another row's neighbour.
test('padding has no influence, however much there is and whatever it holds', () => {
  const drawn = { lengths: [3], size: 4, numHeads: 2 };
  const make = (): TransformerBlock => new TransformerBlock({ size: 4, numHeads: 2 });
  const short = inputsOf({ ...drawn, T: 3 });
  const long = inputsOf({ ...drawn, T: 6 }, 100);
  const one = outputOf(placed(make(), short, 0.5), short);
  const other = outputOf(placed(make(), long, 0.5), long).subarray(0, one.length);
  one.forEach((value, i) => {
    expect(Math.abs(value - other[i])).toBeLessThan(64 * ROUNDOFF);
  });
  const none = inputsOf({ lengths: [0], T: 2, size: 4, numHeads: 2 });
  expect(outputOf(placed(make(), none, 0.5), none).every(Number.isFinite)).toBe(true);
});

test('bad options and inputs are refused', () => {
  expect(() => new MultiHeadAttention({ size: 6, numHeads: 4 })).toThrow('MultiHeadAttention: expected a divisor of 6 for numHeads, got 4'); // prettier-ignore
  expect(() => new TransformerBlock({ size: 4, numHeads: 2, activation: 'rely' as 'relu' })).toThrow('did you mean "relu"?'); // prettier-ignore
  const inputs = inputsOf({ lengths: [1], T: 1, size: 4, numHeads: 1 });
  expect(() => placed(new MultiHeadAttention({ size: 2, numHeads: 1 }), inputs, 1)).toThrow('layer: expected positions [B, T, 2]'); // prettier-ignore
});
