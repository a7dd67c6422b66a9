/** The two 32-bit words that {@link threefry} produced last. One scratch for the whole module: no allocation per call. */
export const block = new Int32Array(2);

const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: a counter and a key in, two 32-bit words out, in {@link block}.
 *
 * A pure function of its arguments, so element `i` of a stream costs the same wherever the stream is entered.
 *
 * @see Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011, section 4.2.
 */
export function threefry(key0: number, key1: number, counter0: number, counter1: number): void {
  const key2 = key0 ^ key1 ^ PARITY;
  let x = (counter0 + key0) | 0;
  let y = (counter1 + key1) | 0;

  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x; // prettier-ignore
  x = (x + key1) | 0;
  y = (y + key2 + 1) | 0;

  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x; // prettier-ignore
  x = (x + key2) | 0;
  y = (y + key0 + 2) | 0;

  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x; // prettier-ignore
  x = (x + key0) | 0;
  y = (y + key1 + 3) | 0;

  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x; // prettier-ignore
  x = (x + key1) | 0;
  y = (y + key2 + 4) | 0;

  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x; // prettier-ignore
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x; // prettier-ignore
  block[0] = (x + key2) | 0;
  block[1] = (y + key0 + 5) | 0;
}
