import { integerAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { EncodedList } from '@ctrflow/features';

/** Draws until a value differs; with fewer than this many the chance that a value of half of all entries meets itself would be large. */
const MAX_DRAWS = 16;

/**
 * For each entry of a list another entry of the batch that stands for what did not happen: the index into `ids`. Every entry is equally likely, so that values
 * come as often as they occur; one with the value of the entry itself, or of weight 0, is drawn again, up to 15 times.
 *
 * A function of (key, number of the entry): how the list is padded makes no difference.
 */
export function drawNegatives({ ids, weights }: EncodedList, key: RandomKey): Int32Array {
  const N = ids.length;
  return Int32Array.from(ids, (id, entry) => {
    let drawn = entry;
    for (let draw = 0; draw < MAX_DRAWS && (ids[drawn] === id || weights?.[drawn] === 0); draw++)
      drawn = integerAt(key, draw * N + entry, N);
    return drawn;
  });
}
