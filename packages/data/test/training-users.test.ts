import { describe, expect, test } from 'vitest';
import { textColumn } from '@ctrflow/testkit';
import { purchaseSamples } from '../src/index';
import type { PurchaseLog } from '../src/index';

const users = Array.from({ length: 300 }, (_, i) => `user${i}`);

interface Purchase {
  readonly user: string;
  readonly category: string;
  readonly day: number;
}

function logOf(purchases: readonly Purchase[]): PurchaseLog {
  return {
    user: textColumn(purchases.map(({ user }) => user)),
    category: textColumn(purchases.map(({ category }) => category)),
    day: Int32Array.from(purchases, ({ day }) => day),
    amount: new Float64Array(purchases.length).fill(1),
  };
}

/** A user's part is a matter of the name alone. */
const { partOf } = purchaseSamples(logOf(users.map((user) => ({ user, category: 'hook', day: 0 }))), 'target', { related: ['hook'] }); // prettier-ignore
const trains = (user: string): boolean => partOf(user) === 'train';

/** Ends the log late enough for every observation window. */
const end: Purchase = { user: 'nobody', category: 'end', day: 1000 };

describe('what users of validation and test did has no say in the samples', () => {
  // Planted bug that this fails for: `relatedCategories(users, ...)` of all users.
  test('related categories', () => {
    // Whoever trains buys tea before the target; whoever does not buys rugs before it, and in greater proportion.
    const purchases = users.flatMap((user, i): Purchase[] => {
      const buys = trains(user) ? i % 4 !== 0 : true;
      const category = trains(user) ? 'tea' : 'rug';
      return buys && i % 2 === 1 ? [{ user, category, day: 0 }, { user, category: 'target', day: 5 }] : [{ user, category: 'other', day: 0 }]; // prettier-ignore
    });
    const { related } = purchaseSamples(logOf([...purchases, end]), 'target', { minUsers: 5, minCorrelation: 0.1 });
    expect(related).toEqual(['tea']);
  });

  // Planted bug that this fails for: `waits` of every candidate, without `settings.trains(user)`.
  test('waits of negatives', () => {
    const purchases = users.flatMap((user, i): Purchase[] => {
      const hook = { user, category: 'hook', day: 10 };
      const wait = trains(user) ? 7 : 90;
      return i % 2 === 0 ? [hook] : [hook, { user, category: 'target', day: 10 + wait }];
    });
    const samples = purchaseSamples(logOf([...purchases, end]), 'target', { related: ['hook'] });
    for (const part of ['train', 'valid', 'test'] as const) {
      const { day, bought } = samples[part].columns;
      if (day.kind !== 'number' || bought.kind !== 'text') throw new TypeError('other columns');
      const days = (label: string): number[] => Array.from(day.values).filter((_, row) => bought.dictionary[bought.codes[row]] === label); // prettier-ignore
      expect(days('0').length).toBeGreaterThan(5);
      expect(new Set(days('0'))).toEqual(new Set([17]));
      expect(new Set(days('1'))).toEqual(new Set([part === 'train' ? 17 : 100]));
    }
  });
});
