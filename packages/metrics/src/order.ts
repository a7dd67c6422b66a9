import type { Column } from './inputs';

/** Rows by ascending score, and the runs of equal scores among them. */
export interface Ascending {
  /** `[N]` row numbers by ascending score; equal scores in row order. */
  readonly order: Uint32Array;
  /** `[R + 1]` where each of the R runs of equal scores starts in `order`, and N. */
  readonly runs: Uint32Array;
}

/** Bits of a number as unsigned words, the least significant first: one for float32, two for float64. */
interface Keys {
  readonly words: Uint32Array;
  readonly numWords: number;
}

/** Bits in a digit of the sort: 3 digits a word, the last of 10. */
const DIGIT = 11;
const RADIX = 1 << DIGIT;

/**
 * Sorts rows by score: a radix sort of the bits of float32 or float64, O(n), stable, without boxed values. Keys move along with the row numbers, so that every pass
 * reads in order. -0 and 0 are equal scores; NaN is not expected.
 */
export function ascending(scores: Column): Ascending {
  const length = scores.length;
  let keys = sortableKeys(scores);
  let order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  let nextWords: Uint32Array = new Uint32Array(keys.words.length);
  let nextOrder = new Uint32Array(length);
  for (let word = 0; word < keys.numWords; word++)
    for (let shift = 0; shift < 32; shift += DIGIT) {
      const starts = digitStarts(keys, word, shift);
      if (starts === undefined) continue;
      scatter(keys, order, nextWords, nextOrder, starts, word, shift);
      [keys, nextWords] = [{ words: nextWords, numWords: keys.numWords }, keys.words];
      [order, nextOrder] = [nextOrder, order];
    }
  return { order, runs: runStarts(keys, length, nextOrder) };
}

/** Bits in the order of the numbers: sign flipped for positive, all bits for negative ones. */
function sortableKeys(scores: Column): Keys {
  const numWords = scores instanceof Float32Array ? 1 : 2;
  const copy = scores.slice();
  for (let i = 0; i < copy.length; i++) copy[i] += 0; // -0 becomes 0
  const words = new Uint32Array(copy.buffer);
  for (let top = numWords - 1; top < words.length; top += numWords) {
    const flip = words[top] >>> 31 === 1 ? 0xffffffff : 0;
    if (numWords === 2) words[top - 1] ^= flip;
    words[top] ^= flip | 0x80000000;
  }
  return { words, numWords };
}

/** Where the rows of each digit start, or nothing when all rows agree in this digit. */
function digitStarts({ words, numWords }: Keys, word: number, shift: number): Uint32Array | undefined {
  const starts = new Uint32Array(RADIX);
  for (let at = word; at < words.length; at += numWords) starts[(words[at] >>> shift) & (RADIX - 1)]++;
  let start = 0;
  for (let digit = 0; digit < RADIX; digit++) {
    const count = starts[digit];
    if (count * numWords === words.length) return undefined;
    starts[digit] = start;
    start += count;
  }
  return starts;
}

/** One pass of the sort; `starts` are moved. */
function scatter(
  { words, numWords }: Keys,
  order: Uint32Array,
  nextWords: Uint32Array,
  nextOrder: Uint32Array,
  starts: Uint32Array,
  word: number,
  shift: number,
): void {
  for (let i = 0; i < order.length; i++) {
    const place = starts[(words[i * numWords + word] >>> shift) & (RADIX - 1)]++;
    nextOrder[place] = order[i];
    if (numWords === 1) {
      nextWords[place] = words[i];
    } else {
      nextWords[2 * place] = words[2 * i];
      nextWords[2 * place + 1] = words[2 * i + 1];
    }
  }
}

/** Starts of the runs of equal keys; `space` is overwritten. */
function runStarts({ words, numWords }: Keys, length: number, space: Uint32Array): Uint32Array {
  let numRuns = 0;
  for (let i = 0; i < length; i++) {
    const at = i * numWords;
    const same = i > 0 && words[at] === words[at - numWords] && words[at + numWords - 1] === words[at - 1];
    if (!same) space[numRuns++] = i;
  }
  const runs = new Uint32Array(numRuns + 1);
  runs.set(space.subarray(0, numRuns));
  runs[numRuns] = length;
  return runs;
}
