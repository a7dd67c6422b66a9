import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFitter, divideSessions, schemaFromJSON } from '../src/index';
import type { SchemaSpec, SessionOptions, SessionsSpec } from '../src/index';

const MINUTE = 60_000;

/** Times in order, with many differences of exactly one gap. */
const histories = fc
  .record({
    start: fc.integer({ min: -1e12, max: 1e12 }),
    steps: fc.array(fc.constantFrom(0, 1, 29 * MINUTE, 30 * MINUTE, 30 * MINUTE + 1, 90 * MINUTE), { maxLength: 14 }),
  })
  .map(({ start, steps }) => steps.reduce<number[]>((times, step) => [...times, (times.at(-1) ?? start) + step], []));
const limits = fc.record({ maxSessions: fc.integer({ min: 1, max: 4 }), maxSessionLength: fc.integer({ min: 1, max: 4 }) }); // prettier-ignore

/** Events by the number of gaps before them, each group cut, then the groups. */
function exactSessions(
  times: readonly number[],
  { gapMinutes = 30, maxSessions = 5, maxSessionLength = 10 }: SessionOptions,
): number[][] {
  const numGaps = times.map((_, i) => times.slice(1, i + 1).filter((time, j) => time - times[j] > gapMinutes * MINUTE).length); // prettier-ignore
  const groups = [...new Set(numGaps)].map((gaps) => times.flatMap((_, i) => (numGaps[i] === gaps ? [i] : [])));
  return groups.slice(-maxSessions).map((group) => group.slice(-maxSessionLength));
}

const indices = ({ from, to }: { from: number; to: number }): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe('divideSessions', () => {
  // Planted bugs that this fails for: >= in place of >, the first sessions kept, the first events kept, a gap counted from the session's first event.
  test('is what the definition says: groups of events without a gap, the latest of them', () => {
    fc.assert(
      fc.property(histories, limits, fc.constantFrom(0, 30, 60, 1440), (times, sizes, gapMinutes) => {
        const options = { ...sizes, gapMinutes };
        expect(divideSessions(times, options).map(indices)).toEqual(exactSessions(times, options));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('without limits every event is in one session, in order', () => {
    fc.assert(
      fc.property(histories, (times) => {
        const sessions = divideSessions(times, { maxSessions: 100, maxSessionLength: 100 });
        expect(sessions.flatMap(indices)).toEqual(times.map((_, i) => i));
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test('the same later: only differences of times count', () => {
    fc.assert(
      fc.property(histories, limits, fc.integer({ min: -1e12, max: 1e12 }), (times, sizes, later) => {
        const moved = times.map((time) => time + later);
        expect(divideSessions(moved, sizes)).toEqual(divideSessions(times, sizes));
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test('an event more changes nothing of the sessions before, but which are kept', () => {
    const times = [0, 10, 50, 200, 205].map((minutes) => minutes * MINUTE);
    const all = [{ from: 0, to: 2 }, { from: 2, to: 3 }, { from: 3, to: 5 }]; // prettier-ignore
    expect(divideSessions(times)).toEqual(all);
    expect(divideSessions([...times, 1000 * MINUTE])).toEqual([...all, { from: 5, to: 6 }]);
    expect(divideSessions([...times, 1000 * MINUTE], { maxSessions: 2 })).toEqual([all[2], { from: 5, to: 6 }]);
    expect(divideSessions([])).toEqual([]);
  });

  test('days, where times are dates', () => {
    const dates = ['2024-02-28', '2024-02-28', '2024-02-29', '2024-03-02'].map((date) => Date.parse(date));
    expect(divideSessions(dates, { gapMinutes: 1440 })).toEqual([{ from: 0, to: 3 }, { from: 3, to: 4 }]); // prettier-ignore
    expect(divideSessions(dates, { gapMinutes: 0 }).length).toBe(3);
  });

  test('refuses bad options, and times that go back', () => {
    expect(() => divideSessions([0], { gapMinutes: -1 })).toThrow('divideSessions: expected a finite number >= 0 for gapMinutes, got -1'); // prettier-ignore
    expect(() => divideSessions([0], { maxSessions: 0 })).toThrow('for maxSessions, got 0');
    expect(() => divideSessions([0], { maxSessionLength: 1.5 })).toThrow('for maxSessionLength, got 1.5');
    expect(() => divideSessions([0], { maxSession: 1 } as SessionOptions)).toThrow('did you mean "maxSessions"?');
    expect(() => divideSessions([5, 3])).toThrow('divideSessions: expected times in order, oldest first, got "3 after 5"'); // prettier-ignore
    expect(() => divideSessions([0, NaN])).toThrow('expected times in order');
  });
});

const sessions: SessionsSpec = { times: 'when', timeFormat: 'unix-seconds', maxSessions: 3, maxSessionLength: 2 };
const declared = (change: Partial<SessionsSpec> = {}): SchemaSpec => ({
  fields: [
    { name: 'item', kind: 'categorical' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'past', sessions: { ...sessions, ...change } },
    { name: 'kinds', kind: 'sequence', history: 'past' },
  ],
});

describe('a history in sessions', () => {
  const fitter = createFitter(declared());
  fitter.add({
    numRows: 1,
    columns: {
      item: { kind: 'text', dictionary: ['a'], codes: Int32Array.of(0) },
      items: { kind: 'text', dictionary: ['a^b^c^d^e'], codes: Int32Array.of(0) },
      kinds: { kind: 'text', dictionary: ['x^y^x^y^x'], codes: Int32Array.of(0) },
    },
  });
  const schema = fitter.finish();
  const row = { item: 'a', items: 'a^b^c^d^e', kinds: 'x^y^x^y^x', when: '0^100^200^9000^99000' };

  // Planted bugs that this fails for: events of a session at its end, a session's places cut off, a side column laid out as the events are not.
  test('has a row of places for each session: events first, then nothing', () => {
    const { lists } = schema.encodeRows([row, { item: 'b' }, { item: 'c', items: 'c', kinds: 'y', when: '7' }]);
    const [a, b, c, d, e] = schema.encodeRows(['a', 'b', 'c', 'd', 'e'].map((item) => ({ item }))).ids.item;
    expect(a).not.toBe(b);
    expect(lists.items).toEqual({
      offsets: Int32Array.of(0, 5, 5, 6),
      ids: Int32Array.of(b, c, d, 0, e, c),
      weights: Float32Array.of(1, 1, 1, 0, 1, 1),
    });
    const [x, y] = [2, 3];
    expect(lists.kinds).toEqual({ ...lists.items, ids: Int32Array.of(y, x, y, 0, x, y) });
    expect(schema.slots.slice(1)).toMatchObject(
      ['items', 'kinds'].map((name) => ({ name, maxLength: 6, sessionLength: 2, weighted: true, history: 'past' })),
    );
    expect(schema.inputs).toEqual(['item', 'items', 'when', 'kinds']);
  });

  test('lists are taken as texts are, numbers of one event too, and a schema read back does the same', () => {
    const wanted = schema.encodeRows([row]);
    const lists = { ...row, items: ['a', 'b', 'c', 'd', 'e'], kinds: ['x', 'y', 'x', 'y', 'x'], when: [0, 100, 200, 9000, 99_000] }; // prettier-ignore
    const again = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
    expect(again.encodeRows([lists])).toEqual(wanted);
    expect(again.fingerprint).toBe(schema.fingerprint);
    expect(schema.encodeRows([{ item: 'a', items: 'c', kinds: 'y', when: 7 }])).toEqual(schema.encodeRows([{ item: 'a', items: 'c', kinds: 'y', when: '7' }])); // prettier-ignore
  });

  // Planted bug that this fails for: a place of a session that holds another event, or an event that is lost.
  test('holds the sessions of the events, whatever they are', () => {
    const spec = declared({ timeFormat: 'iso', maxSessions: 2 });
    const fitted = fittedSchema(spec, 50);
    const table = randomColumns(spec, 60, 3);
    const { lists } = fitted.encode(table);
    const entries = (name: string, i: number): string[] => {
      const column = table.columns[name];
      const text = column.kind === 'text' ? column.dictionary[column.codes[i]] : null;
      return text === null || text === '' ? [] : text.split('^');
    };
    for (let i = 0; i < 60; i++) {
      const found = divideSessions(entries('when', i).map(Date.parse), { maxSessions: 2, maxSessionLength: 2 });
      const items = entries('items', i).map((item) => fitted.encodeRows([{ item }]).ids.item[0]);
      const [from, to] = [lists.items.offsets[i], lists.items.offsets[i + 1]];
      const places = Array.from(lists.items.ids.subarray(from, to));
      const weights = Array.from(lists.items.weights?.subarray(from, to) ?? []);
      found.forEach((session, k) => {
        const events = indices(session);
        expect(places.slice(2 * k, 2 * k + events.length)).toEqual(events.map((event) => items[event]));
        expect(weights.slice(2 * k, 2 * k + 2)).toEqual(events.length === 1 ? (k === found.length - 1 ? [1] : [1, 0]) : [1, 1]); // prettier-ignore
      });
      expect(places.length).toBe(found.length === 0 ? 0 : 2 * (found.length - 1) + indices(found[found.length - 1]).length); // prettier-ignore
    }
  });

  test('bad times are problems of their row', () => {
    const encode = (when: unknown): void => void schema.encodeRows([{ ...row, when }]);
    expect(() => { encode('0^1^2^3'); }).toThrow('field "items": expected 5 times in "when", one for each event, got 4'); // prettier-ignore
    expect(() => { encode(undefined); }).toThrow('one for each event, got 0'); // prettier-ignore
    expect(() => { encode('0^1^2^x^4'); }).toThrow('field "items": expected times of format unix-seconds, got "x"'); // prettier-ignore
    expect(() => { encode('0^1^3^2^4'); }).toThrow('field "items": expected times in order, oldest first, in "when", got 2000'); // prettier-ignore
    const rows: number[] = [];
    const column = (...dictionary: string[]) => ({ kind: 'text' as const, dictionary, codes: Int32Array.from(dictionary.keys()) }); // prettier-ignore
    const columns = { item: column('a', 'a'), items: column('a', 'a^b'), kinds: column('x', 'x^x'), when: column('1', '1^?') }; // prettier-ignore
    schema.encode({ numRows: 2, columns }, ({ row: at }) => rows.push(at));
    expect(new Set(rows)).toEqual(new Set([1]));
  });

  test('what cannot hold is refused', () => {
    const bad = (...fields: object[]): SchemaSpec => ({ fields: fields.map((field, i) => ({ name: `f${i}`, kind: 'sequence', ...field })) }); // prettier-ignore
    expect(() => createFitter(bad({ sessions: 'when' }))).toThrow('{ times, ... } for sessions');
    expect(() => createFitter(bad({ sessions: {} }))).toThrow('not empty for times');
    expect(() => createFitter(bad({ sessions: { ...sessions, gap: 3 } }))).toThrow('gapMinutes');
    expect(() => createFitter(bad({ sessions: { ...sessions, gapMinutes: '3' } }))).toThrow('for gapMinutes');
    expect(() => createFitter(bad({ sessions: { ...sessions, timeFormat: 'HH' } }))).toThrow('with a year');
    expect(() => createFitter(bad({ sessions, maxLength: 3 }))).toThrow('neither maxLength nor keep beside sessions, got 3'); // prettier-ignore
    expect(() => createFitter(bad({ sessions, history: 'h' }, { sessions, history: 'h' }))).toThrow('expected sessions once for history "h"'); // prettier-ignore
  });
});
