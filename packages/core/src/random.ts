import { block, threefry } from './threefry';

/**
 * A key of a random stream. Every number is a pure function of (key, index): the order of calls, the number of threads
 * and where a resumed run starts make no difference.
 */
export interface RandomKey {
  readonly word0: number;
  readonly word1: number;
}

const TWO_POW_MINUS_21 = 2 ** -21;
const TWO_POW_MINUS_32 = 2 ** -32;

/**
 * The key of a seed: an integer up to 2^53 or a string.
 *
 * @example
 * const key = randomKey(2021);
 * const shuffle = permutation(foldIn(key, 'shuffle', epoch), numRows);
 */
export function randomKey(seed: number | string): RandomKey {
  return foldIn({ word0: 0, word1: 0 }, seed);
}

/** An independent key for each path of names and numbers below `key`, such as `foldIn(key, 'dropout', step, layerPath)`. */
export function foldIn(key: RandomKey, ...path: readonly (number | string)[]): RandomKey {
  let { word0, word1 } = key;
  const absorb = (low: number, high: number): void => {
    threefry(word0, word1, low, high);
    word0 = block[0]!;
    word1 = block[1]!;
  };
  for (const part of path) {
    if (typeof part === 'number') {
      absorb(part | 0, Math.floor(part / 2 ** 32) | 0);
    } else {
      for (let i = 0; i < part.length; i++) absorb(part.charCodeAt(i), 1);
      absorb(part.length, 2); // ends the text, so that ('ab', 'c') and ('a', 'bc') differ
    }
  }
  return { word0, word1 };
}

/** Element `index` of the key's uniform stream in [0, 1), with 53 random bits. */
export function uniformAt(key: RandomKey, index: number): number {
  threefry(key.word0, key.word1, index | 0, Math.floor(index / 2 ** 32) | 0);
  return ((block[0] >>> 0) + (block[1] >>> 11) * TWO_POW_MINUS_21) * TWO_POW_MINUS_32;
}

/** Element `index` of the key's stream of integers in [0, size). */
export function integerAt(key: RandomKey, index: number, size: number): number {
  return Math.floor(uniformAt(key, index) * size);
}

/** Element `index` of the key's standard normal stream (Box and Muller's transform, one half of each pair). */
export function normalAt(key: RandomKey, index: number): number {
  threefry(key.word0, key.word1, index | 0, Math.floor(index / 2 ** 32) | 0);
  const radius = Math.sqrt(-2 * Math.log(((block[0] >>> 0) + 0.5) * TWO_POW_MINUS_32));
  return radius * Math.cos(2 * Math.PI * (block[1] >>> 0) * TWO_POW_MINUS_32);
}

/**
 * Element `index` of a log-uniform stream of integers in [0, size): P(k) = log((k + 2) / (k + 1)) / log(size + 1),
 * the heavy head and long tail of ids in click logs.
 */
export function logUniformAt(key: RandomKey, index: number, size: number): number {
  return Math.min(size - 1, Math.floor(Math.exp(uniformAt(key, index) * Math.log1p(size))) - 1);
}

/** Fills `out` with elements 0, 1, ... of the key's uniform stream, scaled to [low, high). */
export function fillUniform<A extends Float32Array | Float64Array>(key: RandomKey, out: A, low = 0, high = 1): A {
  for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * uniformAt(key, i);
  return out;
}

/** Fills `out` with elements 0, 1, ... of the key's normal stream, with the given mean and standard deviation. */
export function fillNormal<A extends Float32Array | Float64Array>(key: RandomKey, out: A, mean = 0, stdDev = 1): A {
  for (let i = 0; i < out.length; i++) out[i] = mean + stdDev * normalAt(key, i);
  return out;
}

/** A uniformly random permutation of 0 .. size - 1 (Fisher and Yates). */
export function permutation(key: RandomKey, size: number): Uint32Array {
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const j = integerAt(key, i, i + 1);
    order[i] = order[j]!;
    order[j] = i;
  }
  return order;
}
