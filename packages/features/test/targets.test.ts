import { describe, expect, test } from 'vitest';
import { fitSchema, inferSchema, schemaFromJSON, targetsOf, validateSpec } from '../src/index';
import type { ColumnProfile, RawTable, SchemaSpec, TargetSpec } from '../src/index';

const fields = [{ name: 'city', kind: 'categorical' as const }];
const tableOf = (columns: Readonly<Record<string, readonly (string | null)[]>>): RawTable => ({
  numRows: Object.values(columns)[0].length,
  columns: Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      { kind: 'text' as const, dictionary: values, codes: Int32Array.from(values, (_, row) => row) },
    ]),
  ),
});
const targets: readonly TargetSpec[] = [
  { name: 'click', kind: 'binary' },
  { name: 'bought', kind: 'binary', column: 'order', positive: ['yes'] },
  { name: 'spend', kind: 'number' },
  { name: 'device', kind: 'class', classes: ['phone', '2', 'desk'] },
];
const table = tableOf({
  city: ['a', 'b', 'a', 'c'],
  click: ['1', 'false', null, '0'],
  order: ['yes', 'no', '', null],
  spend: ['2.5', '', '-1', '1e3'],
  device: ['desk', '2.0', null, 'phone'],
});

test('each target is encoded by its kind; a row may lack it', async () => {
  const schema = await fitSchema({ fields, targets }, [table]);
  expect(schema.targets).toEqual(targets);
  expect(schema.columns).toEqual(['city', 'click', 'order', 'spend', 'device']);
  const encoded = schema.encode(table).targets!;
  expect(Object.keys(encoded)).toEqual(['click', 'bought', 'spend', 'device']);
  expect(Array.from(encoded.click)).toEqual([1, 0, NaN, 0]);
  // With `positive` given all others are 0, but a missing text is no value.
  expect(Array.from(encoded.bought)).toEqual([1, 0, NaN, NaN]);
  expect(Array.from(encoded.spend)).toEqual([2.5, NaN, -1, 1000]);
  expect(Array.from(encoded.device)).toEqual([2, 1, NaN, 0]);
});

test('rows to be scored need no target; some of them may be there', async () => {
  const schema = await fitSchema({ fields, targets }, [table]);
  const { city, spend } = table.columns;
  expect(schema.encode({ numRows: 4, columns: { city } }).targets).toBeUndefined();
  expect(Object.keys(schema.encode({ numRows: 4, columns: { city, spend } }).targets!)).toEqual(['spend']);
});

test('the label is the main target, and the same as a required binary one of that name', async () => {
  const spec: SchemaSpec = { fields, label: { column: 'order', positive: ['yes'] }, targets: [targets[2]] };
  expect(targetsOf(spec)).toEqual([
    { name: 'label', kind: 'binary', column: 'order', positive: ['yes'], required: true },
    targets[2],
  ]);
  const schema = await fitSchema(spec, [table]);
  expect(() => schema.encode(table)).toThrow(/label: expected one of yes, got "a missing value"/);
});

test('the JSON of a schema keeps its targets', async () => {
  const schema = await fitSchema({ fields, targets }, [table]);
  const again = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
  expect(again.fingerprint).toBe(schema.fingerprint);
  expect(again.encode(table).targets).toEqual(schema.encode(table).targets);
});

describe('values that cannot be encoded say the target, the column and the value', () => {
  const cases: readonly [string, TargetSpec, string | null, RegExp][] = [
    ['a word for a number', { name: 'y', kind: 'number' }, 'much', /target "y": expected a finite number/],
    ['a missing number', { name: 'y', kind: 'number', required: true }, null, /target "y": expected a number, got "a missing value"/],
    ['an unknown class', { name: 'y', kind: 'class', classes: ['a', 'b'] }, 'c', /target "y": expected one of a, b, got "c"; declare every class/],
    ['a missing class', { name: 'y', kind: 'class', classes: ['a', 'b'], required: true }, null, /target "y": expected one of a, b, got "a missing value"/],
    ['an unknown value', { name: 'y', kind: 'binary' }, 'maybe', /target "y": expected one of 1, true, yes, 0, false, no, got "maybe"/],
  ]; // prettier-ignore
  test.each(cases)('%s', async (_, target, value, message) => {
    const raw = tableOf({ city: ['a', 'b'], y: [value, value] });
    const schema = await fitSchema({ fields, targets: [target] }, [raw]);
    expect(() => schema.encode(raw)).toThrow(message);
  });
});

describe('declarations that are refused', () => {
  const cases: readonly [string, object, RegExp][] = [
    ['none', { targets: [] }, /a list of one target or more/],
    ['no list', { targets: { name: 'y' } }, /a list of one target or more/],
    ['a name that is no name', { targets: [{ name: 'a.b', kind: 'binary' }] }, /schema: target "a\.b": expected a name of letters, digits, _ and -/],
    ['an unknown kind', { targets: [{ name: 'y', kind: 'count' }] }, /schema: target "y": expected .*binary/],
    ['an option of another kind', { targets: [{ name: 'y', kind: 'number', positive: ['1'] }] }, /expected an option among .*, got "positive"/],
    ['one name twice', { targets: [{ name: 'y', kind: 'number' }, { name: 'y', kind: 'binary', column: 'z' }] }, /a name of its own for each target, got "y twice/],
    ['the name of the label', { label: { column: 'z' }, targets: [{ name: 'label', kind: 'number' }] }, /a name of its own for each target/],
    ['one class', { targets: [{ name: 'y', kind: 'class', classes: ['a'] }] }, /two classes or more, each once/],
    ['a class twice', { targets: [{ name: 'y', kind: 'class', classes: ['a', 'a'] }] }, /two classes or more, each once/],
    ['no classes', { targets: [{ name: 'y', kind: 'class' }] }, /a list of texts for classes/],
    ['a target that is a field', { targets: [{ name: 'city', kind: 'number' }] }, /a target city that is no input, got .*drop the field/],
    ['required that is no switch', { targets: [{ name: 'y', kind: 'number', required: 'no' }] }, /true or false for required/],
  ]; // prettier-ignore
  test.each(cases)('%s', (_, spec, message) => {
    expect(() => validateSpec({ fields, ...spec })).toThrow(message);
  });
});

test('inference leaves the columns of targets out and finds the positive value of each', () => {
  const profile = (column: string, examples: readonly string[]): ColumnProfile => ({
    column, numRows: 100, numMissing: 0, numDistinct: examples.length, numNumeric: 0, numWhole: 0, examples,
  }) as unknown as ColumnProfile; // prettier-ignore
  const profiles = [
    profile('city', ['a', 'b', 'c']),
    profile('clicked', ['never', 'once']),
    profile('order', ['n', 'y']),
  ];
  const { spec, inferred } = inferSchema(profiles, {
    targets: [
      { name: 'click', kind: 'binary', column: 'clicked' },
      { name: 'order', kind: 'binary' },
    ],
  });
  expect(spec.fields.map(({ name }) => name)).toEqual(['city']);
  expect(inferred.map(({ role }) => role)).toEqual(['field', 'label', 'label']);
  expect(spec.targets).toEqual([
    { name: 'click', kind: 'binary', column: 'clicked', positive: ['once'] },
    { name: 'order', kind: 'binary', positive: ['y'] },
  ]);
});
