import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fillNormal,
  fillUniform,
  foldIn,
  integerAt,
  logUniformAt,
  normalAt,
  permutation,
  randomKey,
  uniformAt,
} from '../src/index';
import { block, threefry } from '../src/threefry';

// Known-answer vectors of Random123 (kat_vectors, threefry2x32 with 20 rounds).
test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
])('threefry matches the published vectors', (key0, key1, counter0, counter1, word0, word1) => {
  threefry(key0, key1, counter0, counter1);
  expect([block[0] >>> 0, block[1] >>> 0]).toEqual([word0, word1]);
});

const keys = fc.oneof(fc.integer({ min: 0, max: 2 ** 53 - 1 }), fc.string()).map(randomKey);

describe('streams', () => {
  test('an element does not depend on the order of calls', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.nat(1e6), { minLength: 1 }), (key, indices) => {
        const forward = indices.map((index) => uniformAt(key, index));
        const backward = indices.toReversed().map((index) => uniformAt(key, index));
        expect(backward.toReversed()).toEqual(forward);
        expect(indices.map((index) => normalAt(key, index))).toEqual(indices.map((index) => normalAt(key, index)));
      }),
    );
  });

  test('filling is the stream from element 0', () => {
    fc.assert(
      fc.property(keys, fc.nat(50), (key, length) => {
        const uniform = fillUniform(key, new Float64Array(length), -2, 3);
        const normal = fillNormal(key, new Float64Array(length), 1, 0.5);
        for (let i = 0; i < length; i++) {
          expect(uniform[i]).toBe(-2 + 5 * uniformAt(key, i));
          expect(normal[i]).toBe(1 + 0.5 * normalAt(key, i));
        }
      }),
    );
  });

  // Planted bugs that this fails for: not ending a text, dropping the high word of a number.
  test('different paths give different keys', () => {
    const key = randomKey(1);
    const paths = [['ab', 'c'], ['a', 'bc'], ['abc'], [1], [2], [1, 2], [2, 1], [2 ** 32 + 1], ['1'], [''], []];
    const seen = new Set(paths.map((path) => JSON.stringify(foldIn(key, ...path))));
    expect(seen.size).toBe(paths.length);
  });

  test('indices above 2^32 are elements of their own', () => {
    const key = randomKey(3);
    expect(uniformAt(key, 2 ** 32 + 5)).not.toBe(uniformAt(key, 5));
  });
});

/** Largest distance between the empirical and the true distribution function (Kolmogorov and Smirnov). */
function ksDistance(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.toSorted();
  return sorted.reduce((worst, x, i) => {
    const p = cdf(x);
    return Math.max(worst, p - i / sorted.length, (i + 1) / sorted.length - p);
  }, 0);
}

/** Abramowitz and Stegun 7.1.26 for the error function: absolute error below 1.5e-7. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const erf = 1 - poly * Math.exp(-z * z);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

describe('distributions', () => {
  const size = 100_000;
  /** The 1e-6 quantile of the Kolmogorov distribution, 2 exp(-2 c^2) = 1e-6. */
  const limit = Math.sqrt(Math.log(2e6) / 2) / Math.sqrt(size);

  test('uniform', () => {
    expect(ksDistance(fillUniform(randomKey(1), new Float64Array(size)), (x) => x)).toBeLessThan(limit);
  });

  test('normal', () => {
    expect(ksDistance(fillNormal(randomKey(2), new Float64Array(size)), normalCdf)).toBeLessThan(limit + 1.5e-7);
  });

  test('integers are uniform over their range', () => {
    const counts = new Float64Array(10);
    for (let i = 0; i < size; i++) counts[integerAt(randomKey(4), i, 10)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - size / 10) ** 2 / (size / 10), 0);
    expect(chiSquare).toBeLessThan(45); // 9 degrees of freedom: P(> 45) < 1e-6
  });

  test('log-uniform integers have the stated probabilities', () => {
    const V = 1000;
    const counts = new Float64Array(V);
    for (let i = 0; i < size; i++) counts[logUniformAt(randomKey(5), i, V)]++;
    for (const k of [0, 1, 2, 10, 100]) {
      const p = Math.log((k + 2) / (k + 1)) / Math.log(V + 1);
      expect(Math.abs(counts[k] - size * p)).toBeLessThan(6 * Math.sqrt(size * p * (1 - p)));
    }
  });
});

describe('permutation', () => {
  test('holds every index once', () => {
    fc.assert(
      fc.property(keys, fc.nat(200), (key, size) => {
        expect(Array.from(permutation(key, size)).sort((a, b) => a - b)).toEqual([...Array(size).keys()]);
      }),
    );
  });

  test('all orders of 4 are equally likely', () => {
    const counts = new Map<string, number>();
    const runs = 24_000;
    for (let seed = 0; seed < runs; seed++) {
      const order = permutation(randomKey(seed), 4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(75); // 23 degrees of freedom: P(> 75) < 1e-6
  });
});
