import { foldIn, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { EventsByUser } from './log';

/** A part of the samples. */
export type Part = 'train' | 'valid' | 'test';

/** What {@link userParts} goes by. */
interface PartSettings {
  readonly split: 'user' | 'time';
  /** Shares of the users. */
  readonly valid: number;
  readonly test: number;
  /** Users who came later have no share in the cuts: their observation window is not over. */
  readonly lastArrival: number;
  readonly key: RandomKey;
}

/**
 * Which part each user is in. `user`: by a hash of the name, so that other users move nobody. `time`: by the day of the user's first event; those who came first train, those who came last are for the
 * test, and users of one day stay together.
 */
export function userParts(users: EventsByUser, settings: PartSettings): (user: string) => Part {
  const { valid, test, key } = settings;
  if (settings.split === 'user') {
    return (user) => {
      const uniform = uniformAt(foldIn(key, 'part', user), 0);
      return uniform < test ? 'test' : uniform < test + valid ? 'valid' : 'train';
    };
  }
  const arrival = (user: string): number => users.get(user)?.[0]?.day ?? Infinity;
  const days = [...users.keys()].map(arrival).filter((day) => day <= settings.lastArrival);
  days.sort((a, b) => a - b);
  const cut = (share: number): number => days[Math.round((1 - share) * days.length)] ?? Infinity;
  const [validFrom, testFrom] = [cut(valid + test), cut(test)];
  return (user) => (arrival(user) >= testFrom ? 'test' : arrival(user) >= validFrom ? 'valid' : 'train');
}
