import { foldIn, randomKey } from '@ctrflow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createShop, shopPreset, simulateShop } from '../src/index';
import type { ShopConfig, ShopEffects, ShopEvent, ShopRow } from '../src/index';
import { Histories, behaviours } from '../src/history';
import { ShopTruth } from '../src/truth';

const small: ShopConfig = { ...shopPreset('shop-history-v1'), numUsers: 40, numItems: 400 };

function go(config: ShopConfig, seed: number, count: number): { rows: ShopRow[]; events: ShopEvent[][] } {
  const rows: ShopRow[] = [];
  const events: ShopEvent[][] = [];
  for (const step of simulateShop(config, seed)) {
    if (step.row !== undefined) rows.push(step.row);
    events.push([...step.events]);
    if (rows.length === count) break;
  }
  return { rows, events };
}

// Planted bug that this fails for: the click of a row added to the history before the row takes it.
test('a history is what the log has of the user, strictly before the row, latest events last', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 25 }), (seed, maxHistory) => {
      const { rows, events } = go({ ...small, journeys: { ...small.journeys!, maxHistory } }, seed, 300);
      const log = events.flat();
      for (const { userId, timestamp, journey } of rows) {
        const past = log.filter((event) => event.userId === userId && event.timestamp < timestamp).slice(-maxHistory);
        expect(journey!.history).toEqual({
          items: past.map(({ itemId }) => itemId),
          categories: past.map(({ category }) => category),
          behaviours: past.map(({ behaviour }) => behaviour),
          times: past.map((event) => event.timestamp),
        });
      }
      expect(log.every(({ timestamp }, i) => i === 0 || timestamp >= log[i - 1].timestamp)).toBe(true);
      // Whoever clicked or bought is in the log, and nobody else.
      const clicks = log.filter(({ behaviour }) => behaviour === 'click');
      expect(clicks).toHaveLength(rows.filter(({ clicked }) => clicked).length);
    }),
    { numRuns: 15, seed: 7 },
  );
});

// Planted bug that this fails for: the session compared with the last impression instead of the last step.
test('a session ends after 30 minutes of nothing', () => {
  const { rows, events } = go(small, 3, 3000);
  const log = events.flat();
  const previous = new Map<number, ShopRow>();
  for (const row of rows) {
    const before = previous.get(row.userId);
    previous.set(row.userId, row);
    if (before === undefined) continue;
    const times = log
      .filter((event) => event.userId === row.userId && event.timestamp > before.timestamp)
      .map(({ timestamp }) => timestamp)
      .filter((time) => time < row.timestamp);
    const gaps = [...times, row.timestamp].map((time, i) => time - (i === 0 ? before.timestamp : times[i - 1]));
    const same = row.journey!.sessionId === before.journey!.sessionId;
    expect(same).toBe(Math.max(...gaps) <= 1800);
  }
});

// Planted bug that this fails for: a term that is added as 0 * effect where the effect is infinite, or drawn from the same stream as another.
test.each(['history', 'order', 'mask', 'drift', 'position'] as const)('%s with strength 0 is exactly off', (effect) => {
  const at = (effects: ShopEffects): ShopConfig => ({ ...small, name: 'off', effects });
  const off = go(at({}), 5, 400);
  expect(go(at({ [effect]: 0 }), 5, 400)).toEqual(off);
  const truth = new ShopTruth(small, foldIn(randomKey(5), 'shop', 'off'));
  for (const { values, userId, itemId, probability } of off.rows) {
    expect(probability).toBe(1 / (1 + Math.exp(-truth.logit(values, userId, itemId))));
  }
  const on = go(at({ [effect]: 1 }), 5, 400).rows;
  expect(on.some((row, i) => row.probability !== off.rows[i].probability)).toBe(true);
});

const logit = (p: number): number => Math.log(p / (1 - p));

test('position and drift have the formula of the README', () => {
  const shop = createShop({ ...shopPreset('shop-v1'), effects: { position: 0.5 } });
  for (let i = 0; i < 200; i++) {
    const { probability, baseProbability, position } = shop.row(i);
    expect(logit(probability) - logit(baseProbability)).toBeCloseTo(-0.5 * Math.log(1 + position!), 9);
  }
  const drifting = createShop({ ...shopPreset('shop-v1'), effects: { drift: 0.3 } });
  const [early, later] = [0, 555_428].map((index) => drifting.row(index)); // half a period apart, another item
  for (const row of [early, later]) {
    expect(Math.abs(logit(row.probability) - logit(row.baseProbability))).toBeLessThan(0.9); // three fields
  }
});

const pasts = fc.array(fc.record({ category: fc.nat(3), behaviour: fc.constantFrom(...behaviours) }), { maxLength: 6 });
const remember = (past: readonly { category: number; behaviour: (typeof behaviours)[number] }[]): Histories => {
  const histories = new Histories(1, 6, Uint32Array.of(0, 1, 2, 3)); // item i is of category i
  past.forEach(({ category, behaviour }, i) => histories.add(0, category, behaviour, i));
  return histories;
};

// Planted bug that this fails for: matches counted over the whole ring instead of the events that are there.
test('the match depends on the bag, not on the order; other categories do not count', () => {
  fc.assert(
    fc.property(pasts, (past) => {
      const match = remember(past).match(0, 1);
      expect(remember(past.toReversed()).match(0, 1)).toBeCloseTo(match, 12);
      const weights = { view: 0.08, click: 0.6, buy: 0.8 };
      const none = past.filter(({ category }) => category === 1).map(({ behaviour }) => 1 - weights[behaviour]);
      expect(match).toBeCloseTo(1 - none.reduce((product, value) => product * value, 1), 12);
    }),
  );
});

// Planted bug that this fails for: weights of the recency that do not sum to 1 for short histories.
test('the recency of a bag is 0 on average over its rotations', () => {
  fc.assert(
    fc.property(pasts, (past) => {
      let sum = 0;
      for (let by = 0; by < past.length; by++) sum += remember([...past.slice(by), ...past.slice(0, by)]).recency(0, 1);
      expect(sum).toBeCloseTo(0, 12);
    }),
  );
});
