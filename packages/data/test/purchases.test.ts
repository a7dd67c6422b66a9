import { integerAt, foldIn, randomKey } from '@ctrflow/core';
import { createFitter, windowsOf } from '@ctrflow/features';
import type { RawTable } from '@ctrflow/features';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boughtWithin,
  eventsByUser,
  openPoints,
  pooledPurchaseSamples,
  purchaseSamples,
  relatedCategories,
  windowChannels,
  windowRows,
} from '../src/index';
import type { PurchaseLog, WindowShape } from '../src/index';

interface Entry {
  readonly user: string;
  readonly category: string;
  readonly day: number;
  readonly amount: number;
  readonly behaviour: string;
}

const text = (values: readonly string[]) => ({
  kind: 'text' as const,
  dictionary: values,
  codes: Int32Array.from(values.keys()),
});
const logOf = (entries: readonly Entry[]): PurchaseLog => ({
  user: text(entries.map(({ user }) => user)),
  category: text(entries.map(({ category }) => category)),
  day: Int32Array.from(entries, ({ day }) => day),
  amount: Float64Array.from(entries, ({ amount }) => amount),
  behaviour: text(entries.map(({ behaviour }) => behaviour)),
});
const entry = (categories: readonly string[], lastDay: number): fc.Arbitrary<Entry> =>
  fc.record({
    user: fc.constantFrom('ann', 'bob'),
    category: fc.constantFrom(...categories),
    day: fc.integer({ min: 0, max: lastDay }),
    amount: fc.integer({ min: -5, max: 40 }),
    behaviour: fc.constantFrom('purchase', 'purchase', 'view'),
  });
const columnsOf = (columns: RawTable['columns']): Record<string, number[]> =>
  Object.fromEntries(Object.entries(columns).flatMap(([name, column]) => (column.kind === 'number' ? [[name, Array.from(column.values)]] : []))); // prettier-ignore

const shape: WindowShape = { name: 'w', numSteps: 4, stepDays: 3, related: ['tea'], behaviours: ['view'] };

describe('windowRows', () => {
  const entries = fc.array(entry(['tea', 'cup', 'rug'], 30), { maxLength: 40 });

  // Planted bugs that this fails for: a step that begins a day late, the point's own day, views counted as purchases, recency from any event.
  test('follows plain loops over the log', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 32 }), (log, day) => {
        const columns = columnsOf(windowRows(eventsByUser(logOf(log)), [{ user: 'ann', day }], shape));
        const { numSteps, stepDays } = shape;
        for (let t = 0; t < numSteps; t++) {
          const end = day - (numSteps - 1 - t) * stepDays;
          const seen = log.filter(
            (each) => each.user === 'ann' && each.day < end && each.day >= day - numSteps * stepDays,
          );
          const own = seen.filter((each) => each.day >= end - stepDays);
          const bought = own.filter(({ behaviour }) => behaviour === 'purchase');
          const days = seen.filter(({ behaviour }) => behaviour === 'purchase').map((each) => each.day);
          const exact: Record<string, number> = {
            purchases: Math.log(1 + bought.length),
            spend: Math.log(1 + Math.max(0, bought.reduce((sum, { amount }) => sum + amount, 0))), // prettier-ignore
            categories: Math.log(1 + new Set(bought.map(({ category }) => category)).size),
            recency: days.length === 0 ? 1 : (end - Math.max(...days)) / (numSteps * stepDays),
            related_1: Math.log(1 + bought.filter(({ category }) => category === 'tea').length),
            behaviour_1: Math.log(1 + own.length - bought.length),
          };
          expect(windowChannels(shape)).toEqual(Object.keys(exact));
          for (const [channel, value] of Object.entries(exact))
            expect(columns[`w.${channel}.${t}`][0], `${channel}.${t}`).toBeCloseTo(value, 12);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  // Planted bug that this fails for: `event.day > day` where the point's day is not to be seen either.
  test('no event of the day of the point or later has any influence', () => {
    fc.assert(
      fc.property(entries, entries, fc.integer({ min: 0, max: 32 }), (log, later, day) => {
        const points = [{ user: 'ann', day }, { user: 'bob', day }]; // prettier-ignore
        const before = log.filter((each) => each.day < day);
        const changed = [...before, ...later.map((each) => ({ ...each, day: day + each.day }))];
        expect(windowRows(eventsByUser(logOf(changed)), points, shape)).toEqual(
          windowRows(eventsByUser(logOf(before)), points, shape),
        );
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

/** A log of 400 users over 500 days: who buys tea soon buys a cup more often than others do. */
function shop(): Entry[] {
  const entries: Entry[] = [];
  for (let u = 0; u < 400; u++) {
    const key = foldIn(randomKey('shop'), u);
    const draw = (what: string, size: number): number => integerAt(foldIn(key, what), 0, size);
    const add = (category: string, day: number, behaviour = 'purchase'): unknown =>
      entries.push({ user: `u${u}`, category, day, amount: 1 + draw(category, 9), behaviour });
    for (let i = 0; i < 6; i++) add(['rug', 'lamp', 'sofa'][draw(`other${i}`, 3)], draw(`day${i}`, 500));
    const drinksTea = draw('tea?', 2) === 0;
    const teaDay = 10 + draw('tea', 250);
    if (drinksTea) for (let i = 0; i < 3; i++) add('tea', teaDay + 9 * i);
    if (draw('cup?', 10) < (drinksTea ? 6 : 1)) add('cup', drinksTea ? teaDay + draw('cup', 120) : draw('cup', 400));
    else if (draw('look', 8) === 0) add('cup', draw('view', 500), 'view');
  }
  return entries;
}

describe('purchaseSamples', () => {
  const entries = shop();
  const users = eventsByUser(logOf(entries));
  const options = { observationDays: 100, stepDays: 10, minCorrelation: 0.25, valid: 0.2, test: 0.3 };
  const rowsOf = ({ numRows, columns }: RawTable): { user: string; day: number; label: number; row: number }[] => {
    const [user, bought, day] = ['user', 'bought', 'day'].map((name) => columns[name]);
    if (user.kind !== 'text' || bought.kind !== 'text' || day.kind !== 'number') throw new Error('other columns');
    return Array.from({ length: numRows }, (_, row) => ({
      user: user.dictionary[user.codes[row]]!,
      label: Number(bought.dictionary[bought.codes[row]]),
      day: day.values[row],
      row,
    }));
  };

  // Planted bugs that this fails for: views that count as purchases, a quotient of probabilities in place of the correlation.
  test('finds the related category by its correlation with the target over all users', () => {
    expect(relatedCategories(users, 'cup')).toEqual(['tea']);
    expect(relatedCategories(users, 'cup', { minUsers: 1000 })).toEqual([]);
    const indicators = (category: string): number[] =>
      [...users.values()].map((events) => (events.some((each) => each.category === category && each.behaviour === 'purchase') ? 1 : 0)); // prettier-ignore
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const covariance = (x: readonly number[], y: readonly number[]): number =>
      mean(x.map((value, i) => (value - mean(x)) * (y[i] - mean(y))));
    const correlation = (category: string): number => {
      const [x, y] = [indicators(category), indicators('cup')];
      return covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
    };
    const wanted = ['tea', 'rug', 'lamp', 'sofa'].sort((x, y) => correlation(y) - correlation(x));
    expect(relatedCategories(users, 'cup', { count: 4, minCorrelation: -1 })).toEqual(wanted);
    const [first, second] = [correlation(wanted[0]), correlation(wanted[1])];
    expect(relatedCategories(users, 'cup', { count: 4, minCorrelation: (first + second) / 2 })).toEqual(['tea']);
  });

  // Planted bugs that this fails for: views of the target as no sign of need.
  test('labels, points, balance and parts are what the declaration says', () => {
    const samples = purchaseSamples(logOf(entries), 'cup', options);
    expect(samples.related).toEqual(['tea']);
    const seen = new Set<string>();
    const waits = { 0: [] as number[], 1: [] as number[] };
    for (const table of [samples.train, samples.valid, samples.test]) {
      const rows = rowsOf(table);
      const positives = rows.filter(({ label }) => label === 1);
      expect(rows.length).toBe(2 * positives.length);
      expect(positives.length).toBeGreaterThan(2);
      for (const { user, day, label } of rows) {
        expect(seen.has(user)).toBe(false);
        seen.add(user);
        const own = entries.filter((each) => each.user === user);
        const featureDay = Math.min(...own.filter(({ category }) => category === 'tea').map((each) => each.day));
        const cups = own.filter(({ category }) => category === 'cup');
        expect(featureDay + 99).toBeLessThanOrEqual(Math.max(...entries.map((each) => each.day)));
        if (label === 1) {
          expect(day).toBe(
            Math.min(...cups.filter(({ behaviour }) => behaviour === 'purchase').map((each) => each.day)),
          );
          expect(day > featureDay && day < featureDay + 100).toBe(true);
        } else expect(cups).toEqual([]);
        waits[label as 0 | 1].push(day - featureDay);
      }
    }
    const total = Object.values(samples.users).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(400);
    expect(samples.users.signOfNeed).toBeGreaterThan(0);
    expect(samples.users.boughtBefore + samples.users.noFeatureDay).toBeGreaterThan(0);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(waits[0]) - mean(waits[1]))).toBeLessThan(12); // uniform over 100 days, some 60 of each: 3 standard errors
  });

  test('a row is what windowRows makes of its point, and the schema of the samples encodes it', () => {
    const samples = purchaseSamples(logOf(entries), 'cup', { ...options, numSteps: 5 });
    const rows = rowsOf(samples.train);
    const windows = Object.fromEntries(Object.entries(samples.train.columns).filter(([name]) => name.startsWith('behaviour.'))); // prettier-ignore
    expect(windows).toEqual(windowRows(users, rows, samples.shape));
    const fitter = createFitter(samples.spec);
    fitter.add(samples.train);
    const schema = fitter.finish();
    expect(windowsOf(schema)).toMatchObject([
      { name: 'behaviour', numSteps: 5, channels: windowChannels(samples.shape) },
    ]);
    expect(Array.from(schema.encode(samples.train).targets?.label ?? [])).toEqual(rows.map(({ label }) => label));
  });

  // Planted bugs that this fails for: shifting in validation or test, a label that follows the shift, a basket too many.
  test('shifting adds training rows that are those of a log without the latest baskets, label unchanged', () => {
    const plain = purchaseSamples(logOf(entries), 'cup', options);
    const shifted = purchaseSamples(logOf(entries), 'cup', { ...options, shifts: 2 });
    expect(shifted.valid).toEqual(plain.valid);
    expect(shifted.test).toEqual(plain.test);
    const rows = rowsOf(shifted.train);
    expect(rows.length).toBeGreaterThan(1.5 * plain.train.numRows);
    expect(rows.filter(({ label }) => label === 1).length).toBe(rows.length / 2);
    const fates = new Map(purchaseSamplesPoints());
    let numShifted = 0;
    for (const { user, day, label } of rows) {
      const fate = fates.get(user);
      if (fate === undefined) continue;
      expect(label).toBe(fate.label);
      const baskets = [...new Set(entries.filter((each) => each.user === user && each.behaviour === 'purchase' && each.day < fate.day).map((each) => each.day))].sort((a, b) => b - a); // prettier-ignore
      expect([fate.day, ...baskets.slice(0, 2)]).toContain(day);
      if (day !== fate.day) numShifted++;
    }
    expect(numShifted).toBeGreaterThan(20);

    /** The points of users who stand in the samples without shifting. */
    function purchaseSamplesPoints(): [string, { day: number; label: number }][] {
      return rowsOf(plain.train).map(({ user, day, label }) => [user, { day, label }]);
    }
  });

  test('evaluation may keep the natural rate; other users and seeds move no user to another part', () => {
    const natural = purchaseSamples(logOf(entries), 'cup', { ...options, evaluate: 'natural' });
    const balancedSamples = purchaseSamples(logOf(entries), 'cup', options);
    expect(natural.train).toEqual(balancedSamples.train);
    expect(natural.test.numRows).toBeGreaterThan(balancedSamples.test.numRows);
    const fewer = purchaseSamples(logOf(entries.filter(({ user }) => user !== 'u3')), 'cup', { ...options, evaluate: 'natural' }); // prettier-ignore
    const usersOf = (table: RawTable): string[] => rowsOf(table).map(({ user }) => user);
    expect(usersOf(fewer.test)).toEqual(usersOf(natural.test).filter((user) => user !== 'u3'));
  });

  test('with the target itself as the related category the question is whether it is bought again', () => {
    const samples = purchaseSamples(logOf(entries), 'tea', { ...options, related: ['tea'] });
    for (const { user, day, label } of rowsOf(samples.train)) {
      const days = entries.filter((each) => each.user === user && each.category === 'tea').map((each) => each.day);
      days.sort((a, b) => a - b);
      if (label === 1) expect(day).toBe(days.find((each) => each > days[0]));
    }
    expect(samples.users.positive).toBeGreaterThan(10);
  });

  // Planted bug that this fails for: a window that ends with the day of the point, also where shifting has moved the point.
  test('no row sees anything of its own day or later, shifted or not', () => {
    const {
      train,
      valid,
      test: last,
      shape: ownShape,
    } = purchaseSamples(logOf(entries), 'cup', { ...options, shifts: 2 });
    for (const table of [train, valid, last]) {
      const rows = rowsOf(table);
      for (const { user, day, row } of rows.filter((_, i) => i % 7 === 0)) {
        const past = entries.filter((each) => each.user === user && each.day < day);
        const alone = windowRows(eventsByUser(logOf(past)), [{ user, day }], ownShape);
        for (const [name, values] of Object.entries(columnsOf(alone))) expect(columnsOf({ [name]: table.columns[name] })[name][row]).toBe(values[0]); // prettier-ignore
      }
    }
  });

  // Planted bugs that this fails for: parts by the day of the row, cuts through a day.
  test('with a split by time the users who came first train and those who came last test', () => {
    const samples = purchaseSamples(logOf(entries), 'cup', { ...options, split: 'time', evaluate: 'natural' });
    const arrival = (user: string): number => Math.min(...entries.filter((each) => each.user === user).map(({ day }) => day)); // prettier-ignore
    const arrivals = (['train', 'valid', 'test'] as const).map((name) => rowsOf(samples[name]).map(({ user }) => arrival(user))); // prettier-ignore
    for (const days of arrivals) expect(days.length).toBeGreaterThan(5);
    expect(Math.max(...arrivals[0])).toBeLessThan(Math.min(...arrivals[1]));
    expect(Math.max(...arrivals[1])).toBeLessThan(Math.min(...arrivals[2]));
    const lastDay = Math.max(...entries.map(({ day }) => day));
    const whole = [...users.keys()].filter((user) => arrival(user) + 99 <= lastDay);
    const share = (name: string): number => whole.filter((user) => samples.partOf(user) === name).length / whole.length;
    expect(Math.abs(share('test') - 0.3)).toBeLessThan(0.03); // users of one day stay together
    expect(Math.abs(share('valid') - 0.2)).toBeLessThan(0.03);
  });

  // Planted bugs that this fails for: windows that are over, users who bought already, the point's own day in what is seen.
  test('open points are the users who have had their feature day and have not bought, by what is known before the day', () => {
    const anyDay = fc.integer({ min: 0, max: 520 });
    fc.assert(
      fc.property(anyDay, (day) => {
        const wanted = [...users.keys()].filter((user) => {
          const seen = entries.filter((each) => each.user === user && each.day < day && each.behaviour === 'purchase');
          const tea = Math.min(...seen.filter(({ category }) => category === 'tea').map((each) => each.day));
          return tea > day - 100 && tea < day && !seen.some(({ category }) => category === 'cup');
        });
        const settings = { target: 'cup', related: ['tea'], observationDays: 100, day };
        expect(openPoints(users, settings)).toEqual(wanted.map((user) => ({ user, day })));
        const past = eventsByUser(logOf(entries.filter((each) => each.day < day)));
        expect(openPoints(past, settings)).toEqual(openPoints(users, settings).filter(({ user }) => past.has(user)));
      }),
      { numRuns: 20, seed: 3 },
    );
    const again = openPoints(users, { target: 'tea', related: ['tea'], observationDays: 5, day: 100 });
    for (const { user } of again) expect(entries.filter((each) => each.user === user && each.category === 'tea' && each.day < 100).length).toBe(1); // prettier-ignore
    expect(again.length).toBeGreaterThan(0);
  });

  test('the follow-up counts purchases from the day of the point on', () => {
    const log = eventsByUser(logOf([{ user: 'ann', category: 'cup', day: 10, amount: 1, behaviour: 'purchase' }]));
    const point = (day: number) => ({ user: 'ann', day });
    const found = boughtWithin(log, [point(10), point(11), point(-5), point(-4), { user: 'eve', day: 10 }], { category: 'cup', numDays: 15 }); // prettier-ignore
    expect(found).toEqual([true, false, false, true, false]);
  });

  // Planted bugs that this fails for: users parted anew for each target, windows of another target's related categories.
  test('samples of several targets stand one after the other, users in the same part for all', () => {
    const some = { ...options, count: 1, minCorrelation: -1 };
    const pooled = pooledPurchaseSamples(logOf(entries), ['cup', 'rug'], some);
    const [cup, rug] = ['cup', 'rug'].map((target) => purchaseSamples(logOf(entries), target, some));
    for (const part of ['train', 'valid', 'test'] as const) {
      const without = (table: RawTable) => rowsOf(table).map(({ user, day, label }) => ({ user, day, label }));
      expect(without(pooled[part])).toEqual([...without(cup[part]), ...without(rug[part])]);
      const names = columnsOf(cup[part].columns);
      for (const name of Object.keys(names)) expect(columnsOf(pooled[part].columns)[name]).toEqual([...names[name], ...columnsOf(rug[part].columns)[name]]); // prettier-ignore
    }
    expect([...users.keys()].filter((user) => cup.partOf(user) !== rug.partOf(user))).toEqual([]);
    const fitter = createFitter(pooled.spec);
    fitter.add(pooled.train);
    expect(fitter.finish().vocabularies.target.toSorted()).toEqual(['cup', 'rug']);
    expect(() => pooledPurchaseSamples(logOf(entries), ['cup', 'sofa'], { ...some, minCorrelation: 0.25 })).toThrow(
      'pooledPurchaseSamples: expected targets with one number of related categories',
    );
  });

  test('bad options and columns are refused', () => {
    expect(() => purchaseSamples(logOf(entries), 'cup', { shifts: -1 })).toThrow('purchaseSamples: expected an integer >= 0 for shifts, got -1'); // prettier-ignore
    expect(() => purchaseSamples(logOf(entries), 'cup', { valid: 0.5, test: 0.6 })).toThrow(/for test, got 0.6/);
    expect(() => purchaseSamples(logOf(entries), 'cup', { shift: 1 } as never)).toThrow('did you mean "shifts"?');
    expect(() => purchaseSamples({ ...logOf(entries), day: new Int32Array(3) }, 'cup')).toThrow(
      /columns of one length/,
    );
  });
});
