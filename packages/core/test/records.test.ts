import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRecord, mapRecord, mergeRecords, recordOf } from '../src/index';

/** Names that every object has from its prototype, and others. */
const name = fc.oneof(fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)), fc.string());
const entries = fc.array(fc.tuple(name, fc.integer()));

/** Fails if a record has a prototype ("constructor" is there at once), and if `__proto__` is set as the prototype instead of as an entry. */
test('a record has what was set in it, by any name, and nothing else', () => {
  fc.assert(
    fc.property(entries, name, (given, other) => {
      const expected = new Map(given);
      const filled = emptyRecord<number>();
      for (const [key, value] of given) filled[key] = value;
      for (const record of [filled, recordOf(given), mergeRecords(...given.map((entry) => recordOf([entry])))]) {
        expect(Object.entries(record).toSorted()).toEqual([...expected].toSorted());
        expect(record[other]).toBe(expected.get(other));
        expect(other in record).toBe(expected.has(other));
      }
    }),
  );
});

test('of what JSON gave, a record has the own entries', () => {
  const parsed = mergeRecords(JSON.parse('{"__proto__":1,"toString":2}') as Record<string, number>);
  expect(Object.keys(parsed)).toEqual(['__proto__', 'toString']);
  expect(parsed.constructor).toBeUndefined();
});

test('each value is mapped, with its name', () => {
  const record = mapRecord(recordOf([['__proto__', 1], ['a', 2]]), (value, key) => `${key}${value}`); // prettier-ignore
  expect(Object.entries(record)).toEqual([
    ['__proto__', '__proto__1'],
    ['a', 'a2'],
  ]);
});
