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
 * The hash is Wellons's `lowbias32` of a Weyl sequence, keyed twice: no cryptographic strength, 3 ms for 5M elements.
 */
export function fillDropoutMask(key: RandomKey, rate: number, mask: Uint8Array): Uint8Array {
  const threshold = exactDropoutRate(rate) * 256;
  const { word0, word1 } = key;
  const aligned = mask.byteOffset % 4 === 0 && littleEndian;
  const words = aligned ? mask.length >> 2 : 0;
  if (words > 0) fillWords(word0, word1, threshold, new Int32Array(mask.buffer, mask.byteOffset, words));
  for (let i = words, o = words * 4; o < mask.length; i++) {
    const hash = hashAt(i, word0, word1);
    for (let lane = 0; lane < 32 && o < mask.length; lane += 8)
      mask[o++] = ((hash >>> lane) & 255) >= threshold ? 1 : 0;
  }
  return mask;
}

const littleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

function hashAt(i: number, word0: number, word1: number): number {
  let hash = (Math.imul(i, 0x9e3779b9) + word0) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) + word1;
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}

/** The highest bit of each byte of a word. */
const HIGH = 0x80808080 | 0;

/**
 * Four elements at once: the four bytes of a hash are compared with the threshold in one subtraction.
 *
 * A byte with its highest bit set, minus seven bits of the threshold, borrows from no neighbour and keeps that bit exactly if its lower seven bits
 * are not below the threshold's.
 */
function fillWords(word0: number, word1: number, threshold: number, words: Int32Array): void {
  const low = Math.imul(threshold & 127, 0x01010101);
  if (threshold < 128) {
    for (let i = 0; i < words.length; i++) {
      const hash = hashAt(i, word0, word1);
      words[i] = ((hash | ((hash | HIGH) - low)) & HIGH) >>> 7;
    }
  } else {
    for (let i = 0; i < words.length; i++) {
      const hash = hashAt(i, word0, word1);
      words[i] = (hash & ((hash | HIGH) - low) & HIGH) >>> 7;
    }
  }
}
