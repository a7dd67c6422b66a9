import { integerAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { byTime, countBefore } from './event-log';
import type { EventLog } from './event-log';

/** Where negatives come from: all items alike, or items as often as they occur. */
export type NegativeSampling = 'uniform' | 'popularity';

/** Draws items that occurred before a time. */
export interface NegativeSampler {
  /** `count` distinct items before a time, none of them refused; undefined where there are too few to draw from. */
  draw(key: RandomKey, before: number, count: number, refused: ReadonlySet<string>): string[] | undefined;
}

/** Draws per negative after which a row is given up: the items left are rare. */
const MAX_TRIES = 50;

/**
 * A sampler of negatives among what the log has before the row's own time, so that no later event has a say in a row: an item that is not yet known would be told from the target too
 * easily.
 */
export function negativeSampler(log: EventLog, sampling: NegativeSampling): NegativeSampler {
  const { item, time } = log;
  const known = new Set<string>();
  const pool = byTime(log).filter((event) => {
    const name = item.dictionary[item.codes[event]];
    if (name === null || (sampling === 'uniform' && known.has(name))) return false;
    known.add(name);
    return true;
  });
  return {
    draw(key, before, count, refused) {
      const size = countBefore(pool, time, before);
      if (size === 0) return undefined;
      const drawn = new Set<string>();
      for (let i = 0; drawn.size < count; i++) {
        if (i >= MAX_TRIES * count) return undefined;
        const name = item.dictionary[item.codes[pool[integerAt(key, i, size)]]]!;
        if (!refused.has(name)) drawn.add(name);
      }
      return [...drawn];
    },
  };
}
