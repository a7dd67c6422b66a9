import { describe, expect, test } from 'vitest';
import { createFitter, fingerprint64, inferSchema } from '../src/index';
import type { ColumnProfile, FeatureSchema, FieldSpec, SchemaSpec } from '../src/index';
import { tableOf } from './tables';

/** A schema fitted on a column `x`. */
function fit(field: FieldSpec, values: readonly (string | null)[], rest: Partial<SchemaSpec> = {}): FeatureSchema {
  const fitter = createFitter({ fields: [field], ...rest });
  fitter.add(tableOf(values.map((x) => ({ x })), ['x'])); // prettier-ignore
  return fitter.finish();
}

// Fails for: the last entries of a set kept, weights that stay where the list began.
test('a list that is cut keeps the weights of the entries that stay: a set its first ones, a sequence its last ones', () => {
  const field: FieldSpec = { name: 'x', kind: 'multi-hot', weightSeparator: ':', maxLength: 2 };
  const { ids, weights } = fit(field, ['a:1^a:1^a:1^b:1^b:1^c:1']).encodeRows([{ x: 'c:3^b:2^a:5' }, { x: 'a:7' }]).lists.x; // prettier-ignore
  expect([Array.from(ids), Array.from(weights!)]).toEqual([
    [4, 3, 2],
    [3, 2, 7],
  ]);
});

// Fails if a list's mean may be taken under weights whose sum is below 0 or near it.
test.each([
  ['a:1^b:-1', -1],
  ['a:-0.5', -0.5],
])('entries weigh 0 or more: %s', (x, got) => {
  const schema = fit({ name: 'x', kind: 'multi-hot', weightSeparator: ':' }, ['a:1^b:0']);
  const message = `field "x": expected weights of entries that are numbers >= 0, got ${got}`;
  expect(() => schema.encodeRows([{ x }])).toThrow(message);
  expect(Array.from(schema.encodeRows([{ x: 'a:0^b:2' }]).lists.x.weights!)).toEqual([0, 2]);
});

test.each([-1, NaN, Infinity])('entries of a list column weigh 0 or more: %d', (weight) => {
  const schema = fit({ name: 'x', kind: 'multi-hot', weightSeparator: ':' }, ['a:1^b:1']);
  const list = { kind: 'list', offsets: Int32Array.of(0, 1, 3), dictionary: ['a', 'b'], codes: Int32Array.of(0, 0, 1) } as const; // prettier-ignore
  const problems: unknown[] = [];
  const columns = { x: { ...list, weights: Float32Array.of(1, 2, weight) } };
  schema.encode({ numRows: 2, columns }, ({ row, column }) => problems.push([row, column]));
  expect(problems).toEqual([[1, 'x']]);
});

// Fails for: the number as it is, the mean's logarithm.
test('a declared number for what is missing goes through the logarithm too', () => {
  const log = (x: number): number => Math.sign(x) * Math.log(1 + Math.abs(x));
  const logs = [1, 2, 3, 6].map(log);
  const mean = logs.reduce((sum, x) => sum + x, 0) / 4;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4);
  for (const missing of [-4, 0, 9]) {
    const field: FieldSpec = { name: 'x', kind: 'numeric', transform: 'log', missing };
    const [value] = fit(field, ['1', '2', '3', '6']).encodeRows([{ x: null }]).values.x;
    expect(Math.abs(value - (log(missing) - mean) / deviation)).toBeLessThan(2 ** -22);
  }
});

// Fails for: groups that are told apart by blanks, and what means missing taken for a group of its own.
test('a group is trimmed as every value, and what means missing is none', () => {
  const schema = fit({ name: 'other', kind: 'hashed', numBuckets: 3 }, [], { group: 'x', nullValues: ['?'] });
  const { group } = schema.encode(tableOf(['u1', ' u1 ', '?', '', null].map((x) => ({ x })), ['x'])); // prettier-ignore
  const low53 = (text: string): number => Number(BigInt(`0x${fingerprint64(text).toHex()}`) & (2n ** 53n - 1n));
  expect(Array.from(group!)).toEqual([low53('u1'), low53('u1'), NaN, NaN, NaN]);
});

test('names of yes and no are known in every case', () => {
  const schema = fit({ name: 'other', kind: 'hashed', numBuckets: 3 }, [], { label: { column: 'x' } });
  const texts = ['YES', 'No', 'False', 'TRUE'];
  const { targets } = schema.encode(tableOf(texts.map((x) => ({ x })), ['x'])); // prettier-ignore
  expect(Array.from(targets!.label)).toEqual([1, 0, 0, 1]);
});

// Fails for: a number of fixed decimals, -0 as another value than 0.
test('a number as a category is its shortest decimal', () => {
  const numbers = [7, 0.1, 1e21, -2.5, 1e-7, -0, 0, NaN];
  const texts = ['7', '0.1', '1e+21', '-2.5', '1e-7', '0', '0', null];
  const schema = fit({ name: 'x', kind: 'categorical' }, texts);
  const { ids } = schema.encode({ numRows: 8, columns: { x: { kind: 'number', values: Float64Array.from(numbers) } } });
  expect(Array.from(ids.x)).toEqual(Array.from(schema.encode(tableOf(texts.map((x) => ({ x })), ['x'])).ids.x)); // prettier-ignore
});

describe('inference at its limits', () => {
  const profile = (changed: Partial<ColumnProfile>): ColumnProfile => ({
    ...{ column: 'x', numRows: 1000, numMissing: 0, numDistinct: 10, numNumbers: 1000, numIntegers: 1000 },
    ...{ numLeadingZeros: 0, numDates: 0, numLists: 0, maxLength: 5, examples: ['1', '2'] },
    ...changed,
  });
  const kindOf = (changed: Partial<ColumnProfile>): string | undefined =>
    inferSchema([profile(changed), profile({ column: 'other' })]).inferred[0].kind;

  test('20 integers are categories, 21 are numbers', () => {
    expect(kindOf({ numDistinct: 20 })).toBe('categorical');
    expect(kindOf({ numDistinct: 21 })).toBe('numeric');
  });
});
