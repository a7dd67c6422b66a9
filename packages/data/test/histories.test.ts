import type { RawTable } from '@ctrflow/features';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetFromTables, historyColumns, nextItemRows, pastEvents, textColumn } from '../src/index';
import type { EventLog, NextItemRowsOptions } from '../src/index';

interface Event {
  readonly user: string;
  readonly item: string;
  readonly time: number;
  readonly behaviour: string;
}

const MINUTE = 60_000;
const logOf = (events: readonly Event[]): EventLog => ({
  user: textColumn(events.map(({ user }) => user)),
  item: textColumn(events.map(({ item }) => item)),
  time: Float64Array.from(events, ({ time }) => time),
  behaviour: textColumn(events.map(({ behaviour }) => behaviour)),
});
const event = (items: number): fc.Arbitrary<Event> =>
  fc.record({
    user: fc.constantFrom('ann', 'bob', 'eve'),
    item: fc.integer({ min: 1, max: items }).map((item) => `i${item}`),
    time: fc.integer({ min: 0, max: 60 }).map((minutes) => minutes * MINUTE),
    behaviour: fc.constantFrom('view', 'buy'),
  });
const category = new Map(Array.from({ length: 30 }, (_, i) => [`i${i + 1}`, `c${i % 4}`]));

type Cell = string | number | string[] | null;

/** Rows as objects; lists as arrays of texts. */
function rowsOf({ numRows, columns }: RawTable): Record<string, Cell>[] {
  return Array.from({ length: numRows }, (_, row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]): [string, Cell] => {
        if (column.kind === 'number') return [name, column.values[row]];
        if (column.kind === 'tensor') throw new Error('no tensors here');
        if (column.kind === 'text') return [name, column.dictionary[column.codes[row]]];
        const codes = Array.from(column.codes.subarray(column.offsets[row], column.offsets[row + 1]));
        return [name, codes.map((code) => column.dictionary[code] ?? '')];
      }),
    ),
  );
}

describe('pastEvents', () => {
  // Planted bugs that this fails for: events of the row's own time, the oldest ones in place of the latest, another user's, the order of the log.
  test('gives the latest events of the user strictly before the time, oldest first', () => {
    fc.assert(
      fc.property(fc.array(event(9), { maxLength: 40 }), fc.array(event(9), { maxLength: 5 }), fc.integer({ min: 1, max: 6 }), (events, points, maxLength) => {
        const [log, at] = [logOf(events), logOf(points)];
        const past = pastEvents(log, at, { maxLength });
        const table = { numRows: points.length, columns: historyColumns(log, past, at.time, { category }) };
        rowsOf(table).forEach((row, i) => {
          const { user, time } = points[i];
          const own = events.map((each, index) => ({ ...each, index })).filter((each) => each.user === user && each.time < time);
          own.sort((a, b) => a.time - b.time || a.index - b.index);
          const seen = own.slice(-maxLength);
          expect(row).toEqual({
            history_item: seen.map(({ item }) => item),
            history_category: seen.map(({ item }) => category.get(item)),
            history_behaviour: seen.map(({ behaviour }) => behaviour),
            history_gap: seen.map((each) => String(Math.floor(Math.log2(1 + (time - each.time) / MINUTE)))),
            history_time: seen.map((each) => String(each.time)),
          });
        });
      }),
      { numRuns: 100, seed: 1 },
    ); // prettier-ignore
  });
});

describe('nextItemRows', () => {
  const negatives = { train: 2, valid: 2, test: 2 };
  const all = (log: EventLog, options: NextItemRowsOptions) => {
    const { train, valid, test: last } = nextItemRows(log, options);
    return [train, valid, last].map(rowsOf);
  };
  const events = fc.array(event(30), { minLength: 60, maxLength: 90 });
  const enough = { split: { by: 'time', valid: 0.2, test: 0.3 }, negatives, attributes: { category } } as const;

  // Planted bugs that this fails for: negatives from the whole catalogue, a key that counts rows, histories with later events.
  test('no event of the row’s time or later has a say in a row', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 30, max: 60 }), fc.boolean(), fc.constantFrom('uniform', 'popularity'), (log, minutes, repeats, sampling) => {
        const options = { ...enough, repeats, sampling } as const;
        const early = (rows: ReturnType<typeof rowsOf>): unknown[] => rows.filter(({ time }) => (time as number) <= minutes * MINUTE).sort((a, b) => (String(a.list) < String(b.list) ? -1 : String(a.list) > String(b.list) ? 1 : 0)); // prettier-ignore
        const whole = early(all(logOf(log), options).flat());
        const cut = early(all(logOf(log.filter(({ time }) => time <= minutes * MINUTE)), options).flat());
        expect(cut).toEqual(whole);
        expect(whole.length).toBeGreaterThan(0);
      }),
      { numRuns: 30, seed: 2 },
    ); // prettier-ignore
  });

  // Planted bugs that this fails for: the target or an item of the history as a negative, one twice, one that is not yet known.
  test('a list is a positive and distinct negatives that were known before', () => {
    fc.assert(
      fc.property(events, fc.boolean(), (log, repeats) => {
        const parts = all(logOf(log), { ...enough, repeats });
        for (const rows of parts) {
          expect(rows.length % 3).toBe(0);
          for (let i = 0; i < rows.length; i += 3) {
            const list = rows.slice(i, i + 3);
            const [{ user, time, item: target }] = list;
            expect(list.map(({ label }) => label)).toEqual(['1', '0', '0']);
            expect(log).toContainEqual(expect.objectContaining({ user, time, item: target }));
            const past = log.filter((each) => each.time < (time as number));
            const own = past.filter((each) => each.user === user).map(({ item }) => item);
            expect(new Set(list.map(({ item }) => item)).size).toBe(3);
            for (const { item, ...row } of list) {
              expect(row).toMatchObject({ user, time, list: list[0].list, history_item: list[0].history_item });
              expect(row.category).toBe(category.get(item as string));
              if (!repeats) expect(own).not.toContain(item);
              if (item !== target) expect(past.map((each) => each.item)).toContain(item);
            }
          }
        }
        const [train, valid, last] = parts.map((rows) => rows.map(({ time }) => time as number));
        expect(Math.max(...train)).toBeLessThan(Math.min(...valid));
        expect(Math.max(...valid)).toBeLessThan(Math.min(...last));
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  test('leave-last-out tests with the last event of a user and validates with the one before', () => {
    const log = Array.from({ length: 40 }, (_, i) => ({ user: `u${i % 4}`, item: `i${i + 1}`, time: i * MINUTE, behaviour: 'view' })); // prettier-ignore
    const [train, valid, last] = all(logOf(log), { negatives }).map((rows) => rows.filter(({ label }) => label === '1').map(({ item }) => item)); // prettier-ignore
    const named = (from: number, to: number): Set<string> => new Set(log.slice(from, to).map(({ item }) => item));
    expect(new Set(last)).toEqual(named(36, 40));
    expect(new Set(valid)).toEqual(named(32, 36));
    expect(train.every((item) => named(4, 32).has(item as string))).toBe(true);
    expect(train.length).toBeGreaterThan(20);
    const some = nextItemRows(logOf(log), { negatives, maxEvaluated: 2 });
    expect(some.test.numRows).toBeLessThan(12);
    expect(some.train).toEqual(nextItemRows(logOf(log), { negatives }).train);
  });

  test('the declaration encodes the rows: items and histories share their tables', async () => {
    const log = Array.from({ length: 60 }, (_, i) => ({ user: `u${i % 4}`, item: `i${1 + ((i * 7) % 30)}`, time: i * MINUTE, behaviour: 'view' })); // prettier-ignore
    const { spec, ...parts } = nextItemRows(logOf(log), { negatives, attributes: { category }, maxLength: 5, repeats: true }); // prettier-ignore
    const { schema, train } = await datasetFromTables(spec, parts);
    const slots = Object.fromEntries(schema.slots.map((slot) => [slot.name, slot]));
    expect(slots.history_item).toMatchObject({ kind: 'list', table: 'item', history: 'history', maxLength: 5 });
    expect(slots.history_category).toMatchObject({ kind: 'list', table: 'category', history: 'history' });
    for await (const batch of train.batches({ batchSize: 3 })) {
      expect(Array.from(batch.targets!.label)).toEqual([1, 0, 0]);
      expect(new Set(batch.group).size).toBe(1);
      expect(batch.time![0]).toBeGreaterThan(0);
    }
  });

  // Planted bugs that this fails for: sessions declared by the times of the rows, columns of a history that keep a length of their own.
  test('sessions cut the events of a history where a user paused', async () => {
    const hours = [0, 50, 51, 52, 100, 200, 300];
    const log = hours.map((hour, i) => ({ user: 'ann', item: `i${i}`, time: hour * 60 * MINUTE, behaviour: 'view' }));
    const others = Array.from({ length: 30 }, (_, i) => ({
      user: `u${i}`,
      item: `o${i}`,
      time: -i,
      behaviour: 'view',
    }));
    const again = others.map((event) => ({ ...event, item: 'i0', time: 301 * 60 * MINUTE }));
    const options = { attributes: { category }, negatives: { train: 1, valid: 1, test: 1 }, sessions: { gapMinutes: 300, maxSessions: 3, maxSessionLength: 2 } }; // prettier-ignore
    const { spec, ...parts } = nextItemRows(logOf([...others, ...log, ...again]), options);
    const { schema, train } = await datasetFromTables(spec, parts);
    for (const name of ['history_item', 'history_category', 'history_gap'])
      expect(schema.slots.find((slot) => slot.name === name)).toMatchObject({ maxLength: 6, weighted: true });
    const items = ['', '?', ...schema.vocabularies.item]; // by id
    const rows: Record<string, string[]> = {};
    for await (const { ids, lists, targets, numRows } of train.batches({ batchSize: 1000 })) {
      const { offsets, ids: entries } = lists.history_item;
      for (let row = 0; row < numRows; row++)
        if (targets!.label[row] === 1)
          rows[items[ids.item[row]]] = Array.from(entries.subarray(offsets[row], offsets[row + 1]), (id) => items[id]);
    }
    expect(rows.i3).toEqual(['i0', '', 'i1', 'i2']); // two places for each session
    expect(rows.i4).toEqual(['i0', '', 'i2', 'i3']); // the latest two of three events
  });

  test('bad options and logs are refused', () => {
    const log = logOf(Array.from({ length: 9 }, (_, i) => ({ user: 'ann', item: `i${i}`, time: i, behaviour: 'view' }))); // prettier-ignore
    expect(() => nextItemRows(log, { maxLenght: 3 } as never)).toThrow('did you mean "maxLength"?');
    expect(() => nextItemRows(log, { negatives: { train: 0 } })).toThrow('an integer >= 1 for negatives.train, got 0');
    expect(() => nextItemRows(log, { negatives: { test: 100 } })).toThrow(/nextItemRows: expected rows in the \w+ part, got "none"; split otherwise/); // prettier-ignore
    expect(() => nextItemRows({ ...log, time: new Float64Array(3) })).toThrow('event log: expected columns of one length'); // prettier-ignore
    expect(() => nextItemRows({ ...log, time: log.time.fill(NaN, 4, 5) })).toThrow('event log: expected a time in entry 4'); // prettier-ignore
  });
});
