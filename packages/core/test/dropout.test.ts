import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactDropoutRate, fillDropoutMask, foldIn, randomKey } from '../src/index';

const count = (mask: Uint8Array): number => mask.reduce((sum, kept) => sum + kept, 0);

test('the rate is the nearest multiple of 1/256 below 1', () => {
  expect(exactDropoutRate(0)).toBe(0);
  expect(exactDropoutRate(0.5)).toBe(0.5);
  expect(exactDropoutRate(0.2)).toBe(51 / 256);
  expect(exactDropoutRate(0.9999)).toBe(255 / 256);
  expect(() => exactDropoutRate(1)).toThrow('dropout: expected a rate in [0, 1), got 1');
  expect(() => exactDropoutRate(NaN)).toThrow('dropout: expected a rate in [0, 1), got NaN');
});

// Planted bug that this fails for: starting the last hash's lanes anew.
test('an element depends on key and index only, whatever the length', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(40), fc.nat(40), (seed, a, b) => {
      const [short, long] = [Math.min(a, b), Math.max(a, b)];
      const mask = fillDropoutMask(randomKey(seed), 0.3, new Uint8Array(long));
      expect(fillDropoutMask(randomKey(seed), 0.3, new Uint8Array(short))).toEqual(mask.slice(0, short));
    }),
  );
});

// Planted bugs that this fails for: a threshold of 128 taken for a low one, `>` for `>=`, words written from an offset that is not theirs.
test('every element is what its lane of its hash says, wherever the mask begins in its buffer', () => {
  const plain = (key: { word0: number; word1: number }, rate: number, i: number): number => {
    let hash = (Math.imul(i >> 2, 0x9e3779b9) + key.word0) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) + key.word1;
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    hash ^= hash >>> 16;
    return ((hash >>> (8 * (i % 4))) & 255) / 256 >= exactDropoutRate(rate) ? 1 : 0;
  };
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), fc.nat(3), fc.nat(300), (seed, threshold, offset, length) => {
      const key = randomKey(seed);
      const mask = new Uint8Array(new ArrayBuffer(offset + length + 4), offset, length);
      fillDropoutMask(key, threshold / 256, mask);
      expect([...mask]).toEqual(Array.from({ length }, (_, i) => plain(key, threshold / 256, i)));
      expect(new Uint8Array(mask.buffer).subarray(offset + length)).toEqual(new Uint8Array(4));
    }),
  );
});

test.each([0.1, 0.2, 0.5, 0.8])('rate %s is met within 6 standard errors, in every lane and over steps', (rate) => {
  const p = 1 - exactDropoutRate(rate);
  const n = 400_000;
  const bound = (size: number): number => 6 * Math.sqrt(size * p * (1 - p));
  const mask = fillDropoutMask(foldIn(randomKey(7), 'dropout', 1, 'deep'), rate, new Uint8Array(n));
  expect(Math.abs(count(mask) - n * p)).toBeLessThan(bound(n));
  for (let lane = 0; lane < 4; lane++) {
    const kept = mask.filter((_, i) => i % 4 === lane);
    expect(Math.abs(count(kept) - kept.length * p)).toBeLessThan(bound(kept.length));
  }
  // One element over many steps is as random as many elements of one step.
  let kept = 0;
  for (let step = 0; step < 20_000; step++) {
    kept += fillDropoutMask(foldIn(randomKey(7), 'dropout', step, 'deep'), rate, new Uint8Array(3))[2];
  }
  expect(Math.abs(kept - 20_000 * p)).toBeLessThan(bound(20_000));
});

test('neighbours, steps and layers are uncorrelated', () => {
  const n = 200_000;
  const mask = (step: number, path: string): Uint8Array =>
    fillDropoutMask(foldIn(randomKey(9), 'dropout', step, path), 0.5, new Uint8Array(n));
  const correlation = (a: Uint8Array, b: Uint8Array): number =>
    a.reduce((sum, kept, i) => sum + (kept - 0.5) * (b[i] - 0.5), 0) / (n / 4);
  const one = mask(1, 'deep/dropout_1');
  const shifted = (by: number): Uint8Array => new Uint8Array([...one.subarray(by), ...one.subarray(0, by)]);
  for (const other of [mask(2, 'deep/dropout_1'), mask(1, 'deep/dropout_2'), shifted(1), shifted(2), shifted(4)]) {
    expect(Math.abs(correlation(one, other))).toBeLessThan(6 / Math.sqrt(n));
  }
});
