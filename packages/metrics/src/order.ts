import type { Column } from './inputs';

/**
 * Row numbers by ascending score, ties in row order: a radix sort of the float64 bits, 11 bits at a time, O(n) and without boxed values.
 */
export function ascendingOrder(scores: Column): Uint32Array {
  const single = scores instanceof Float32Array;
  const digits = single ? 3 : 6;
  const { keys, numWords } = sortableKeys(scores);
  let order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  let next = new Uint32Array(scores.length);
  const counts = new Uint32Array(2048);
  for (let digit = 0; digit < digits; digit++) {
    const at = digit * 11;
    const word = at >> 5;
    const shift = at & 31;
    const digitOf = (row: number): number => {
      const low = keys[row * numWords + word] >>> shift;
      const high = shift > 21 && word + 1 < numWords ? keys[row * numWords + word + 1] << (32 - shift) : 0;
      return (low | high) & 2047;
    };
    counts.fill(0);
    for (let i = 0; i < order.length; i++) counts[digitOf(i)]++;
    if (counts.includes(scores.length)) continue; // all rows agree in this digit
    for (let value = 0, start = 0; value < 2048; value++) {
      const count = counts[value];
      counts[value] = start;
      start += count;
    }
    for (let i = 0; i < order.length; i++) next[counts[digitOf(order[i])]++] = order[i];
    [order, next] = [next, order];
  }
  return order;
}

/** Bits of the scores as unsigned integers in the order of the numbers: sign flipped for positive, all bits for negative ones. */
function sortableKeys(scores: Column): { readonly keys: Uint32Array; readonly numWords: number } {
  const numWords = scores instanceof Float32Array ? 1 : 2;
  const copy = scores.slice();
  for (let i = 0; i < copy.length; i++) copy[i] += 0; // -0 and 0 are equal scores
  const keys = new Uint32Array(copy.buffer);
  for (let i = 0; i < scores.length; i++) {
    const top = i * numWords + numWords - 1;
    const negative = keys[top] >>> 31 === 1;
    if (numWords === 2) keys[top - 1] = negative ? ~keys[top - 1] : keys[top - 1];
    keys[top] = negative ? ~keys[top] : keys[top] ^ 0x80000000;
  }
  return { keys, numWords };
}
