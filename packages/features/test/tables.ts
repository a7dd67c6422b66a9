import fc from 'fast-check';
import type { RawColumn, RawTable, SchemaSpec } from '../src/index';

/** A table of text columns, each of its own dictionary of distinct values. */
export function tableOf(
  rows: readonly Readonly<Record<string, string | null>>[],
  columns: readonly string[],
): RawTable {
  const column = (name: string): RawColumn => {
    const values = rows.map((row) => row[name] ?? null);
    const dictionary = [...new Set(values)];
    return { kind: 'text', dictionary, codes: Int32Array.from(values, (value) => dictionary.indexOf(value)) };
  };
  return { numRows: rows.length, columns: Object.fromEntries(columns.map((name) => [name, column(name)])) };
}

/** One field of every kind. */
export const everyKind: SchemaSpec = {
  fields: [
    { name: 'plain', kind: 'numeric', column: 'n', transform: 'none', missing: -1 },
    { name: 'standard', kind: 'numeric', column: 'n' },
    { name: 'range', kind: 'numeric', column: 'm', transform: 'min-max', missingIndicator: true },
    { name: 'log', kind: 'numeric', column: 'm', transform: 'log' },
    { name: 'bucket', kind: 'numeric', column: 'm', transform: 'quantile', numBuckets: 4 },
    { name: 'city', kind: 'categorical', minCount: 2, maxSize: 5 },
    { name: 'slot', kind: 'categorical', identity: 4 },
    { name: 'device', kind: 'hashed', column: 'city', numBuckets: 7 },
    { name: 'cross', kind: 'crossed', fields: ['city', 'standard', 'hour'], numBuckets: 11 },
    { name: 'tf', kind: 'crossed', fields: ['device', 'city'], numBuckets: 13, hash: 'tensorflow' },
    { name: 'seen', kind: 'sequence', shareTable: 'city', maxLength: 3, history: 'h' },
    { name: 'when', kind: 'sequence', column: 'seen', maxLength: 3, keep: 'last', history: 'h' },
    { name: 'tags', kind: 'multi-hot', weightSeparator: ':', maxLength: 2 },
    { name: 'hour', kind: 'time-part', column: 't', part: 'hour' },
    { name: 'weekend', kind: 'time-part', column: 't', part: 'is-weekend' },
  ],
  label: { column: 'click', positive: ['yes'] },
  weight: 'w',
  group: 'city',
  time: { column: 'ts', format: 'unix-seconds' },
  nullValues: ['?'],
};

/** Raw columns of {@link everyKind}. */
export const columns = ['n', 'm', 'city', 'slot', 'seen', 'tags', 't', 'click', 'w', 'ts'];

const missing = fc.constantFrom(null, '', '?', ' ');
const or = (values: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.oneof({ weight: 5, arbitrary: values }, { weight: 1, arbitrary: missing }); // prettier-ignore
const city = fc.constantFrom('Rome', 'Oslo', ' Rome', 'Åre', '007', '7', '12345678901234567890');
const number = fc.oneof(fc.integer({ min: -50, max: 1000 }).map(String), fc.constantFrom('1e3', '-.5', '+2.25', '0'));

/** A raw row of {@link everyKind}. */
export const row = fc.record({
  n: or(number),
  m: or(number),
  city: or(city),
  slot: or(fc.integer({ min: 0, max: 3 }).map(String)),
  seen: fc.oneof(missing, fc.array(city, { maxLength: 5 }).map((list) => list.join('^'))), // prettier-ignore
  tags: fc.oneof(missing, fc.array(fc.constantFrom('a:2', 'b:0.5', 'c', 'd:0'), { maxLength: 4 }).map((list) => list.join('^'))), // prettier-ignore
  t: or(fc.integer({ min: 0, max: 2e9 }).map((seconds) => new Date(seconds * 1000).toISOString())),
  click: fc.constantFrom('yes', 'no'),
  w: fc.integer({ min: 0, max: 9 }).map(String),
  ts: fc.integer({ min: 0, max: 2e9 }).map(String),
});

/** Rows to fit on: at least one. */
export const rows = fc.array(row, { minLength: 1, maxLength: 12 });
