import { expect, test } from 'vitest';
import { simulatePurchases } from '../src/index';

const shop = simulatePurchases({ numUsers: 600, seed: 3 });
const { log, target } = shop;
const events = Array.from(log.day, (day, i) => ({
  user: log.user.dictionary[log.user.codes[i]]!,
  category: log.category.dictionary[log.category.codes[i]]!,
  behaviour: log.behaviour.dictionary[log.behaviour.codes[i]]!,
  day,
}));
const byUser = new Map<string, typeof events>();
for (const event of events) byUser.set(event.user, [...(byUser.get(event.user) ?? []), event]);

// Planted bugs that this fails for: a need on the day of its last purchase already, another order, views that count, gaps a day too wide.
test('the hazard is that of the declaration, from the events of the days before', () => {
  let numNeeds = 0;
  for (const [user, own] of [...byUser].slice(0, 150)) {
    const days = (category: string): number[] => own.filter((each) => each.category === category && each.behaviour === 'purchase').map(({ day }) => day); // prettier-ignore
    const lasts = days('cups').filter((c) => days('grinder').some((b) => c - b >= 10 && c - b <= 18 && days('beans').some((a) => b - a >= 10 && b - a <= 18))); // prettier-ignore
    for (let day = 0; day < 730; day += 3) {
      const need = lasts.some((c) => day - c >= 1 && day - c <= 21);
      if (need) numNeeds++;
      expect(shop.hazard(user, day)).toBe(need ? 0.06 : 0.00015);
    }
  }
  expect(numNeeds).toBeGreaterThan(50);
});

// Planted bugs that this fails for: a purchase before the user comes, a second one, a hazard that is not what decides.
test('users buy in the target category once at most, as often as the hazard says', () => {
  let [expected, variance, bought] = [0, 0, 0];
  for (const [user, own] of byUser) {
    const arrival = own[0].day;
    const purchases = own.filter(({ category, behaviour }) => category === target && behaviour === 'purchase');
    expect(purchases.length).toBeLessThanOrEqual(1);
    bought += purchases.length;
    for (let day = arrival; day <= (purchases[0]?.day ?? 729); day++) {
      const p = shop.hazard(user, day);
      expected += p;
      variance += p * (1 - p);
    }
  }
  expect(Math.abs(bought - expected)).toBeLessThan(4 * Math.sqrt(variance)); // a martingale, bounded by its variance
  expect(bought).toBeGreaterThan(80);
});

// Planted bug that this fails for: the order of a triple that favours one.
test('every order of the related purchases is as likely', () => {
  const counts = new Map<string, number>();
  for (const own of byUser.values()) {
    const related = own.filter(({ category, behaviour }) => shop.related.includes(category) && behaviour === 'purchase'); // prettier-ignore
    for (let i = 0; i + 2 < related.length; i++) {
      const three = related.slice(i, i + 3);
      const close = [1, 2].every((j) => three[j].day - three[j - 1].day >= 10 && three[j].day - three[j - 1].day <= 18);
      const order = three.map(({ category }) => category).join();
      if (close && new Set(three.map(({ category }) => category)).size === 3)
        counts.set(order, (counts.get(order) ?? 0) + 1);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(counts.size).toBe(6);
  for (const count of counts.values())
    expect(Math.abs(count - total / 6)).toBeLessThan(4.5 * Math.sqrt(total * (5 / 36)));
});

test('the same seed gives the same log, another seed another one; bad options are refused', () => {
  expect(simulatePurchases({ numUsers: 20, seed: 3 }).log).toEqual(simulatePurchases({ numUsers: 20, seed: 3 }).log);
  expect(simulatePurchases({ numUsers: 20 }).log).not.toEqual(simulatePurchases({ numUsers: 20, seed: 2 }).log);
  expect(() => simulatePurchases({ numUsers: 0 })).toThrow('simulatePurchases: expected an integer >= 1 for numUsers');
  expect(() => simulatePurchases({ users: 3 } as never)).toThrow('users');
});
