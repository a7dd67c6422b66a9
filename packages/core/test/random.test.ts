import { expect, test } from 'vitest';
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
