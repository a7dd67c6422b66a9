import { foldIn, randomKey } from '@ctrflow/core';
import type { RawTable } from '@ctrflow/features';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextItemRows, purchaseSamples, textColumn } from '../src/index';
import type { EventLog, PurchaseLog } from '../src/index';
import { negativeSampler } from '../src/histories/negatives';
import { shifted } from '../src/purchases/labelled-points';
import { eventsByUser } from '../src/purchases/log';
import { userParts } from '../src/purchases/user-parts';

type Event = readonly [user: string, item: string, time: number];

const logOf = (events: readonly Event[]): EventLog => ({
  user: textColumn(events.map(([user]) => user)),
  item: textColumn(events.map(([, item]) => item)),
  time: Float64Array.from(events, ([, , time]) => time),
});

/** A text of each row. */
function texts({ columns }: RawTable, name: string): (string | null)[] {
  const column = columns[name];
  if (column.kind !== 'text') throw new Error('another column');
  return Array.from(column.codes, (code) => column.dictionary[code]);
}

describe('next item', () => {
  // Fails for: one way of drawing in the place of the other.
  test.each([
    ['uniform', 0.1],
    ['popularity', 0.91],
  ] as const)('%s negatives: an item of 91 in 100 events, one of ten items, in that share of the draws', (sampling, share) => {
    const events = Array.from({ length: 100 }, (_, i): Event => ['u', i < 9 ? `rare${i}` : 'popular', i]);
    const sampler = negativeSampler(logOf(events), sampling);
    let popular = 0;
    for (let i = 0; i < 1000; i++)
      if (sampler.draw(foldIn(randomKey(1), i), 100, 1, new Set())![0] === 'popular') popular++;
    expect(Math.abs(popular / 1000 - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 1000));
  }); // prettier-ignore

  const known = Array.from({ length: 40 }, (_, i): Event => [`other${i}`, `known${i}`, -1]);
  const own = fc.array(
    fc.tuple(fc.constantFrom('ann', 'bob'), fc.integer({ min: 1, max: 6 }).map((item) => `i${item}`), fc.integer({ min: 0, max: 5 })),
    { minLength: 12, maxLength: 25 },
  ); // prettier-ignore

  // Fails for: events of the same time as a history, a target that was seen at the same time left out, a row without a history.
  test('a row is an event with something strictly before it and, unless repeats are wanted, of an item not seen before', () => {
    fc.assert(
      fc.property(own, fc.boolean(), (events, repeats) => {
        // All are in the training part: the split by time begins after them, at events of others.
        const late = Array.from({ length: 60 }, (_, i): Event => [`late${i % 20}`, `known${i % 40}`, 100 + i]);
        const options = { repeats, negatives: { train: 1, valid: 1, test: 1 }, split: { by: 'time', valid: 0.2, test: 0.2 } } as const; // prettier-ignore
        const { train } = nextItemRows(logOf([...known, ...events, ...late]), options);
        const [users, items, labels] = ['user', 'item', 'label'].map((name) => texts(train, name));
        const made = users.flatMap((user, row) => (labels[row] === '1' && (user === 'ann' || user === 'bob') ? [`${user} ${items[row]!}`] : [])); // prettier-ignore
        const wanted = events.filter(([user, item, time]) => {
          const before = events.filter((each) => each[0] === user && each[2] < time);
          return before.length > 0 && (repeats || !before.some((each) => each[1] === item));
        });
        expect(made.sort()).toEqual(wanted.map(([user, item]) => `${user} ${item}`).sort());
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  // Fails for: a key of the user alone.
  test('rows of one user have negatives of their own, though nothing became known between them', () => {
    const events = Array.from({ length: 12 }, (_, i): Event => ['ann', `known${i}`, i]);
    const options = { repeats: true, negatives: { train: 3, valid: 3, test: 3 } };
    const items = texts(nextItemRows(logOf([...known, ...events]), options).train, 'item');
    const lists = new Set(Array.from({ length: items.length / 4 }, (_, list) => items.slice(4 * list + 1, 4 * list + 4).join())); // prettier-ignore
    expect(items.length / 4).toBe(9);
    expect(lists.size).toBe(9);
  });
});

describe('purchases', () => {
  type Purchase = readonly [user: string, category: string, day: number, behaviour?: string];
  const purchases = (entries: readonly Purchase[]): PurchaseLog => ({
    user: textColumn(entries.map(([user]) => user)),
    category: textColumn(entries.map(([, category]) => category)),
    day: Int32Array.from(entries, ([, , day]) => day),
    amount: new Float64Array(entries.length).fill(1),
    behaviour: textColumn(entries.map(([, , , behaviour = 'purchase']) => behaviour)),
  });

  const buyersOfBefore: readonly Purchase[] = [['before', 'cup', -1], ['before', 'tea', 0], ['same day', 'cup', 0], ['same day', 'tea', 0]]; // prettier-ignore

  // Fails for: buyers of before as positives, a window that the log does not cover, or one that it just covers left out.
  test('a user counts when the log covers the observation window, its last day included', () => {
    const log = purchases([['in', 'tea', 0], ['in', 'cup', 50], ['out', 'tea', 1], ['out', 'cup', 50], ['x', 'rug', 99], ...buyersOfBefore]); // prettier-ignore
    const { users } = purchaseSamples(log, 'cup', { related: ['tea'], observationDays: 100 });
    expect(users).toEqual({ positive: 1, negative: 0, noFeatureDay: 1, incomplete: 1, boughtBefore: 2, signOfNeed: 0 });
  });

  // Fails for: the basket of the point's own day deleted, a point at the first basket, before which there is nothing.
  test('shifting deletes the baskets before the point but the first one', () => {
    const users = eventsByUser(purchases([['u', 'a', 2], ['u', 'b', 5], ['u', 'c', 5], ['u', 'd', 8], ['u', 'e', 9, 'view'], ['u', 'f', 10]])); // prettier-ignore
    const point = { user: 'u', day: 10, label: 1 } as const;
    expect(shifted(users, [point], 5)).toEqual([point, { ...point, day: 8 }, { ...point, day: 5 }]);
    expect(shifted(users, [point], 1)).toEqual([point, { ...point, day: 8 }]);
  });

  // Fails for: cuts that are made over users who came too late to count.
  test('a split by time cuts among the users whose observation window is over', () => {
    const users = eventsByUser(purchases(Array.from({ length: 100 }, (_, day): Purchase => [`u${day}`, 'a', day])));
    const partOf = userParts(users, { split: 'time', valid: 0.2, test: 0.2, lastArrival: 49, key: randomKey(1) });
    expect([29, 30, 39, 40, 80].map((day) => partOf(`u${day}`))).toEqual(['train', 'valid', 'valid', 'test', 'test']);
  });
});
