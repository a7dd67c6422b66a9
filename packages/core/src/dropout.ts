import { ConfigError, expected } from './errors';
import type { RandomKey } from './random';

/** The rate that 8-bit lanes can express which is nearest to `rate`: a multiple of 1/256. */
export function exactDropoutRate(rate: number): number {
  if (!(rate >= 0 && rate < 1)) throw new ConfigError(expected('dropout', 'a rate in [0, 1)', rate));
  return Math.min(255, Math.round(rate * 256)) / 256;
}

/**
 * Fills `mask` with 1 where an element is kept and 0 where it is dropped; element i depends on (key, i) only.
 *
 * Four 8-bit lanes of one 32-bit hash decide four elements, so the rate is a multiple of 1/256
 * ({@link exactDropoutRate}); scale what is kept by `1 / (1 - exactDropoutRate(rate))`, which keeps the mean exact.
 * The hash is Wellons's `lowbias32` of a Weyl sequence, keyed twice: no cryptographic strength, 2 ms for 5M elements.
 */
export function fillDropoutMask(key: RandomKey, rate: number, mask: Uint8Array): Uint8Array {
  const threshold = exactDropoutRate(rate) * 256;
  const { word0, word1 } = key;
  const numHashes = Math.ceil(mask.length / 4);
  const numFull = mask.length >> 2;
  for (let i = 0, o = 0; i < numHashes; i++) {
    let hash = (Math.imul(i, 0x9e3779b9) + word0) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) + word1;
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    hash ^= hash >>> 16;
    if (i < numFull) {
      mask[o++] = (hash & 255) >= threshold ? 1 : 0;
      mask[o++] = ((hash >>> 8) & 255) >= threshold ? 1 : 0;
      mask[o++] = ((hash >>> 16) & 255) >= threshold ? 1 : 0;
      mask[o++] = hash >>> 24 >= threshold ? 1 : 0;
    } else {
      for (let lane = 0; o < mask.length; lane += 8) mask[o++] = ((hash >>> lane) & 255) >= threshold ? 1 : 0;
    }
  }
  return mask;
}
