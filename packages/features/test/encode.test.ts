import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFitter, schemaFromJSON } from '../src/index';
import type { EncodedColumns, FeatureSchema } from '../src/index';
import { columns, everyKind, row, rows, tableOf } from './tables';

type Rows = Parameters<typeof tableOf>[0];

function fit(given: Rows, spec = everyKind): FeatureSchema {
  const fitter = createFitter(spec);
  fitter.add(tableOf(given, columns));
  return fitter.finish();
}

/** Everything that is encoded for row i, by slot. */
function cell({ ids, values, lists, targets, weight, group, time }: EncodedColumns, i: number): object {
  const pick = (record: Readonly<Record<string, ArrayLike<number>>>): object =>
    Object.fromEntries(Object.entries(record).map(([name, column]) => [name, column[i]]));
  return {
    ...pick(ids),
    ...pick(values),
    ...Object.fromEntries(
      Object.entries(lists).map(([name, list]) => {
        const [from, to] = [list.offsets[i], list.offsets[i + 1]];
        return [name, [Array.from(list.ids.subarray(from, to)), Array.from(list.weights?.subarray(from, to) ?? [])]];
      }),
    ),
    roles: [targets?.label[i], weight?.[i], group?.[i], time?.[i]],
  };
}

describe('every kind of field', () => {
  // Planted bug seen by it: `rowsAsTable` passing numbers with one decimal less, or a list that is cut at the other end for one row.
  test('the row encoder equals the column encoder, one row and many', () => {
    fc.assert(
      fc.property(rows, rows, (seen, unseen) => {
        const schema = fit(seen);
        const given = [...seen, ...unseen];
        const encoded = schema.encode(tableOf(given, columns));
        const together = schema.encodeRows(given);
        given.forEach((one, i) => {
          const expected = cell(encoded, i);
          expect(cell(schema.encodeRows([one]), 0)).toEqual(expected);
          expect(cell(together, i)).toEqual(expected);
        });
      }),
      { numRuns: 40 },
    );
  });

  // Planted bug seen by it: taking the dictionary's place for the row's number in `DictionaryLookup.write`.
  test('the order of rows changes nothing but the order', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (given, picks) => {
        const order = given.map((_, i) => i);
        for (let i = order.length - 1; i > 0; i--) {
          const j = (picks.next().value as number) % (i + 1);
          [order[i], order[j]] = [order[j], order[i]];
        }
        const moved = order.map((i) => given[i]);
        const [schema, other] = [fit(given), fit(moved)];
        expect(other.vocabularies).toEqual(schema.vocabularies);
        const [one, two] = [schema.encode(tableOf(given, columns)), schema.encode(tableOf(moved, columns))];
        order.forEach((from, to) => {
          expect(cell(two, to)).toEqual(cell(one, from));
        });
      }),
      { numRuns: 40 },
    );
  });

  // Planted bug seen by it: hashing a cross in the order of its own list (only the TensorFlow order is the user's).
  test('the order of fields changes nothing but the order of slots', () => {
    fc.assert(
      fc.property(rows, fc.nat(everyKind.fields.length - 1), (given, by) => {
        // Members of a cross keep their order among each other: it is part of the cross.
        const isMember = (name: string): boolean => ['city', 'standard', 'hour'].includes(name);
        const others = everyKind.fields.filter(({ name }) => !isMember(name));
        const turned = [...others.slice(by % others.length), ...others.slice(0, by % others.length)];
        const fields = [...turned, ...everyKind.fields.filter(({ name }) => isMember(name))];
        const table = tableOf(given, columns);
        const [one, two] = [fit(given), fit(given, { ...everyKind, fields })];
        expect(two.vocabularies).toEqual(one.vocabularies);
        const [first, second] = [one.encode(table), two.encode(table)];
        given.forEach((_, i) => {
          expect(cell(second, i)).toEqual(cell(first, i));
        });
      }),
      { numRuns: 25 },
    );
  });

  // Planted bug seen by it: leaving `boundaries` out of the JSON.
  test('a schema comes back from its JSON', () => {
    fc.assert(
      fc.property(rows, rows, (given, later) => {
        const schema = fit(given);
        const restored = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
        expect(restored.fingerprint).toBe(schema.fingerprint);
        expect(restored.slots).toEqual(schema.slots);
        const table = tableOf(later, columns);
        expect(restored.encode(table)).toEqual(schema.encode(table));
      }),
      { numRuns: 25 },
    );
  });

  // Planted bug seen by it: not setting the last offset where a row is empty.
  test('lists are ragged: offsets ascend from 0, end at the entries, and no list is longer than allowed', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const { slots, ...schema } = fit(given);
        const { lists } = schema.encode(tableOf(given, columns));
        for (const slot of slots) {
          if (slot.kind !== 'list') continue;
          const { offsets, ids, weights } = lists[slot.name];
          expect([offsets.length, offsets[0], offsets[given.length]]).toEqual([given.length + 1, 0, ids.length]);
          for (let i = 0; i < given.length; i++) {
            expect(offsets[i + 1] - offsets[i]).toBeGreaterThanOrEqual(0);
            expect(offsets[i + 1] - offsets[i]).toBeLessThanOrEqual(slot.maxLength);
          }
          expect(ids.every((id) => id >= 0 && id < slot.numRows)).toBe(true);
          expect(weights?.length).toBe(slot.weighted ? ids.length : undefined);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('ids stay within their tables, also for values never seen', () => {
    fc.assert(
      fc.property(rows, row, (given, one) => {
        const schema = fit(given);
        const encoded = schema.encodeRows([{ ...one, city: 'never seen', n: '123456' }]);
        for (const slot of schema.slots) {
          if (slot.kind !== 'id') continue;
          expect(encoded.ids[slot.name][0]).toBeLessThan(slot.numRows);
          expect(encoded.ids[slot.name][0]).toBeGreaterThanOrEqual(0);
        }
        expect(encoded.ids.city[0]).toBe(1);
      }),
      { numRuns: 25 },
    );
  });
});

test('typed values give what their texts give', () => {
  const given = [
    { city: '7', n: '2.5', seen: 'Rome^Oslo', tags: 'a:2^b', t: '1970-01-01T00:00:10.000Z', click: 'yes' },
    { city: 'true', n: '1000', seen: '', tags: '', t: '1970-01-02T00:00:00.000Z', click: 'no' },
  ];
  const schema = fit(given);
  const typed = [
    { city: 7, n: 2.5, seen: ['Rome', 'Oslo'], tags: ['a:2', 'b'], t: new Date(10_000), click: 'yes' },
    { city: true, n: 1000, seen: [], tags: [], t: new Date(86_400_000), click: 'no' },
  ];
  expect(schema.encodeRows(typed)).toEqual(schema.encodeRows(given));
});

test('a newer version of a schema is refused, a damaged one named', () => {
  const json = JSON.parse(JSON.stringify(fit([{ city: 'Rome', click: 'yes' }]))) as Record<string, unknown>;
  expect(() => schemaFromJSON({ ...json, version: 99 })).toThrow(/a version up to 1, got 99; install a newer version/);
  expect(() => schemaFromJSON({ ...json, format: 'other' })).toThrow(/JSON of format "ctrflow-schema"/);
  expect(() => schemaFromJSON('text')).toThrow(/JSON of format/);
  expect(() => schemaFromJSON({ ...json, vocabularies: undefined })).toThrow(/vocabularies and numbers/);
  expect(() => schemaFromJSON({ ...json, vocabularies: { city: [1] } })).toThrow(/a list of texts as vocabulary/);
  expect(() => schemaFromJSON({ ...json, vocabularies: {} })).toThrow(/damaged one/);
  expect(() => schemaFromJSON({ ...json, numbers: {} })).toThrow(/damaged one/);
});
