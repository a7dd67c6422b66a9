import { integerAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { EncodedList } from '@ctrflow/features';

/** Draws until a value differs; with fewer than this many the chance that a value of half of all entries meets itself would be large. */
const MAX_DRAWS = 16;

/**
 * For each entry of a list another entry of the batch that stands for what did not happen: the index into `ids`. Every entry is equally likely, so that values
 * come as often as they occur; one with the value of the entry itself is drawn again, up to 15 times.
 *
 * A function of (key, number of the event): how the list is padded, and where it has empty places, makes no difference. An entry of weight 0 is no event and draws itself.
 */
export function drawNegatives({ ids, weights }: EncodedList, key: RandomKey): Int32Array {
  const all = Int32Array.from(ids, (_, entry) => entry);
  const events = weights === undefined ? all : all.filter((entry) => weights[entry] !== 0);
  const N = events.length;
  const drawn = all.slice();
  events.forEach((entry, n) => {
    for (let draw = 0; draw < MAX_DRAWS && ids[drawn[entry]] === ids[entry]; draw++)
      drawn[entry] = events[integerAt(key, draw * N + n, N)];
  });
  return drawn;
}
