import { describe, expect, test } from 'vitest';
import { createFitter, fingerprint64, timeParser } from '../src/index';
import type { EncodedColumns, FeatureSchema, FieldSpec, SchemaSpec } from '../src/index';
import { tableOf } from './tables';

function fit(
  field: FieldSpec | readonly FieldSpec[],
  values: readonly (string | null)[],
  rest: Partial<SchemaSpec> = {},
): FeatureSchema {
  const fields = Array.isArray(field) ? (field as FieldSpec[]) : [field as FieldSpec];
  const fitter = createFitter({ fields, ...rest });
  fitter.add(tableOf(values.map((x) => ({ x })), ['x'])); // prettier-ignore
  return fitter.finish();
}

function encode(schema: FeatureSchema, values: readonly (string | null)[]): EncodedColumns {
  return schema.encode(tableOf(values.map((x) => ({ x })), ['x'])); // prettier-ignore
}

function idsOf(field: FieldSpec, seen: readonly (string | null)[], values: readonly (string | null)[]): number[] {
  return Array.from(encode(fit(field, seen), values).ids.x);
}

describe('numeric', () => {
  const seen = ['1', '2', '3', '6', null];
  const values = ['1', '4', null, '-2'];
  const numbers = [1, 4, 3, -2]; // the mean of what was seen stands for what is missing
  const std = Math.sqrt((4 + 1 + 0 + 9) / 4);
  const logOf = (x: number): number => Math.sign(x) * Math.log(1 + Math.abs(x));
  const logs = [1, 2, 3, 6].map(logOf);
  const logMean = logs.reduce((sum, x) => sum + x, 0) / 4;
  const logStd = Math.sqrt(logs.reduce((sum, x) => sum + (x - logMean) ** 2, 0) / 4);

  test.each<[string, Partial<FieldSpec>, number[]]>([
    ['none', { transform: 'none' }, numbers],
    ['standard', {}, numbers.map((x) => (x - 3) / std)],
    ['min-max', { transform: 'min-max' }, numbers.map((x) => (x - 1) / 5)],
    ['log', { transform: 'log' }, [1, 4, NaN, -2].map((x) => (Number.isNaN(x) ? 0 : (logOf(x) - logMean) / logStd))],
    ['a value for what is missing', { missing: 6 }, [1, 4, 6, -2].map((x) => (x - 3) / std)],
  ])('%s', (_, options, expected) => {
    const encoded = encode(fit({ name: 'x', kind: 'numeric', ...options } as FieldSpec, seen), values);
    // Float32 rounds once, after fewer than ten operations in float64.
    encoded.values.x.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(2 ** -24 * Math.abs(expected[i]) + 1e-14);
    });
    expect(Array.from(encoded.values['x:missing'])).toEqual([0, 0, 1, 0]);
  });

  test('quantile buckets: 0 is missing, an upper end is within its bucket', () => {
    const field: FieldSpec = { name: 'x', kind: 'numeric', transform: 'quantile', numBuckets: 4 };
    const ten = Array.from({ length: 8 }, (_, i) => String(i + 1));
    expect(idsOf(field, ten, ['1', '2', '2.5', '4', '6', '6.1', '99', null, '-5'])).toEqual([
      1, 1, 2, 2, 3, 4, 4, 0, 1,
    ]);
    expect(fit(field, ten).slots).toMatchObject([{ kind: 'id', numRows: 5 }]);
    expect(idsOf(field, ['3', '3', '3'], ['3', '1', '9'])).toEqual([1, 1, 1]);
  });

  test('the indicator is there when values miss, or when it is asked for', () => {
    const names = (options: object, values: (string | null)[]): string[] =>
      fit({ name: 'x', kind: 'numeric', ...options }, values).slots.map(({ name }) => name);
    expect(names({}, ['1'])).toEqual(['x']);
    expect(names({}, ['1', null])).toEqual(['x', 'x:missing']);
    expect(names({ missingIndicator: true }, ['1'])).toEqual(['x', 'x:missing']);
    expect(names({ missingIndicator: false }, ['1', null])).toEqual(['x']);
  });

  test('one value only, or none, gives 0 and no NaN', () => {
    for (const transform of ['standard', 'min-max', 'log'] as const)
      for (const values of [['5', '5'], [null]])
        expect(Array.from(encode(fit({ name: 'x', kind: 'numeric', transform }, values), ['5', null]).values.x)).toEqual([0, 0]); // prettier-ignore
  });

  test.each(['abc', '1_000', '0x10', 'inf', 'NaN', '1e39', '1,5', '--1'])('%s is no number', (value) => {
    expect(() => fit({ name: 'x', kind: 'numeric' }, [value])).toThrow(
      /field "x": expected a finite number within float32, got ".*"; name texts that mean missing.*column "x"/,
    );
  });
});

describe('ids', () => {
  test('a vocabulary: by count, ties by value, cut by minCount and maxSize', () => {
    const seen = ['b', 'a', 'c', 'c', 'd', 'd', 'd', null];
    expect(fit({ name: 'x', kind: 'categorical' }, seen).vocabularies.x).toEqual(['d', 'c', 'a', 'b']);
    expect(fit({ name: 'x', kind: 'categorical', minCount: 2 }, seen).vocabularies.x).toEqual(['d', 'c']);
    expect(fit({ name: 'x', kind: 'categorical', maxSize: 3 }, seen).vocabularies.x).toEqual(['d', 'c', 'a']);
    expect(idsOf({ name: 'x', kind: 'categorical', maxSize: 2 }, seen, ['d', 'c', 'a', null, ' d '])).toEqual([2, 3, 1, 0, 2]); // prettier-ignore
  });

  test('texts stay texts: leading zeros and 20 digits', () => {
    const seen = ['007', '7', '12345678901234567890', '12345678901234567891'];
    expect(new Set(idsOf({ name: 'x', kind: 'categorical' }, seen, seen)).size).toBe(4);
  });

  test('identity', () => {
    const field: FieldSpec = { name: 'x', kind: 'categorical', identity: 3 };
    expect(idsOf(field, [], ['0', '2', null])).toEqual([2, 4, 0]);
    expect(idsOf({ ...field, reservedRows: false }, [], ['0', '2'])).toEqual([0, 2]);
    for (const value of ['3', '-1', '1.5', 'a'])
      expect(() => idsOf(field, [], [value])).toThrow(/an integer id from 0 to 2, got ".*column "x"/);
  });

  test('without reserved rows ids begin with 0, and what has none is an error', () => {
    const field: FieldSpec = { name: 'x', kind: 'categorical', reservedRows: false };
    expect(idsOf(field, ['a', 'a', 'b'], ['b', 'a'])).toEqual([1, 0]);
    expect(fit(field, ['a', 'a', 'b']).slots).toMatchObject([{ numRows: 2 }]);
    expect(() => idsOf(field, ['a'], ['z'])).toThrow(
      /expected a value of the vocabulary, got "z"; without reserved rows/,
    );
    expect(() => idsOf(field, ['a'], [null])).toThrow(/expected a value, got "a missing one"/);
  });

  // categorical_column_with_hash_bucket is Fingerprint64 modulo the buckets; the remainder is taken with BigInt here.
  test('hashed: the bucket, after row 0 for missing values unless that is switched off', () => {
    const values = ['a', 'b', '猫', '12345678901234567890'];
    const buckets = values.map((value) => Number(BigInt(`0x${fingerprint64(value).toHex()}`) % 1000n));
    const field: FieldSpec = { name: 'x', kind: 'hashed', numBuckets: 1000 };
    expect(idsOf(field, [], [...values, null])).toEqual([...buckets.map((bucket) => bucket + 1), 0]);
    expect(idsOf({ ...field, reservedRows: false }, [], values)).toEqual(buckets);
    expect(fit({ ...field, reservedRows: false }, []).slots).toMatchObject([{ numRows: 1000 }]);
    expect(() => idsOf({ ...field, reservedRows: false }, [], [null])).toThrow(/expected a value, got/);
  });
});

describe('crosses', () => {
  const cross = (options: object, members: readonly FieldSpec[], row: Record<string, unknown>): number => {
    const fields: FieldSpec[] = [...members, { name: 'cross', kind: 'crossed', fields: members.map(({ name }) => name), numBuckets: 100, ...options }]; // prettier-ignore
    const fitter = createFitter({ fields });
    fitter.add(tableOf([{ n: '1' }, { n: '2' }, { n: '3' }, { n: '4' }], ['n']));
    return fitter.finish().encodeRows([row]).ids.cross[0];
  };
  const texts = ['a', 'b', 'c'].map((name): FieldSpec => ({ name, kind: 'hashed', numBuckets: 9 }));
  const row = { a: 'batch1-FC1-F1', b: 'batch1-FC2-F1', c: 'batch1-FC3-F1' };

  // Frozen in TensorFlow's sparse_cross_op_test.py: 83 of 100 buckets.
  test('the TensorFlow order gives its bucket', () => {
    expect(cross({ hash: 'tensorflow', reservedRows: false }, texts, row)).toBe(83);
    expect(cross({ hash: 'tensorflow' }, texts, row)).toBe(84);
    // 1971693436396284976 there: the hash modulo the largest signed 64-bit number. 2^31 - 2 buckets see more of its bits.
    const hash = 1971693436396284976n + (2n ** 63n - 1n);
    const numBuckets = 2 ** 31 - 2;
    expect(cross({ hash: 'tensorflow', numBuckets, reservedRows: false }, texts, row)).toBe(Number(hash % BigInt(numBuckets))); // prettier-ignore
  });

  test('is the hash of the values in schema order, joined by the unit separator', () => {
    const joined = fingerprint64(`${row.a}\u001f${row.b}\u001f${row.c}`).modulo(100);
    expect(cross({}, texts, row)).toBe(1 + joined);
    expect(cross({ fields: ['c', 'a', 'b'] }, texts, row)).toBe(1 + joined);
    expect(cross({ hash: 'tensorflow', fields: ['c', 'a', 'b'] }, texts, row)).not.toBe(84);
  });

  test('numbers enter as their bucket, times as their part, and a missing member as missing', () => {
    const members: FieldSpec[] = [
      { name: 'n', kind: 'numeric', numBuckets: 2 },
      { name: 't', kind: 'time-part', part: 'hour' },
    ];
    const of = (n: unknown, t: unknown): number => cross({}, members, { n, t });
    expect(of('1', '2024-01-01T05:00:00Z')).toBe(1 + fingerprint64('0\u001f5').modulo(100));
    expect(of('1.5', '2023-12-31T05:59:00Z')).toBe(of('1', '2024-01-01T05:00:00Z'));
    expect(of('3', '2024-01-01T05:00:00Z')).toBe(1 + fingerprint64('1\u001f5').modulo(100));
    expect(of(null, '2024-01-01T05:00:00Z')).toBe(0);
    expect(() => cross({ reservedRows: false }, texts, { ...row, b: null })).toThrow(/field "cross": expected a value/);
  });
});

describe('lists', () => {
  const listOf = (field: FieldSpec, seen: readonly (string | null)[], value: unknown): number[] =>
    Array.from(fit(field, seen).encodeRows([{ x: value }]).lists.x.ids);
  const seen = ['a^b^c^a', 'a^b', 'a'];

  test('a sequence keeps its last or its first entries', () => {
    expect(listOf({ name: 'x', kind: 'sequence', maxLength: 2 }, seen, 'a^b^c')).toEqual([3, 4]);
    expect(listOf({ name: 'x', kind: 'sequence', maxLength: 2, keep: 'first' }, seen, 'a^b^c')).toEqual([2, 3]);
    expect(listOf({ name: 'x', kind: 'sequence', separator: ', ' }, ['a, b'], 'a, b, z')).toEqual([2, 3, 1]);
    expect(listOf({ name: 'x', kind: 'sequence' }, seen, '')).toEqual([]);
    expect(listOf({ name: 'x', kind: 'sequence' }, seen, ['c', null, 'z'])).toEqual([4, 0, 1]);
  });

  test('a shared table is fitted on both columns', () => {
    const fields: FieldSpec[] = [{ name: 'item', kind: 'categorical', column: 'x' }, { name: 'past', kind: 'sequence', column: 'x', shareTable: 'item' }]; // prettier-ignore
    const schema = fit(fields, ['a', 'a^b']);
    expect(schema.vocabularies).toEqual({ item: ['a', 'a^b', 'b'] }); // a: 3 times
    expect(schema.slots).toMatchObject([{ table: 'item', numRows: 5 }, { table: 'item', numRows: 5 }]); // prettier-ignore
  });

  test('side columns of a history have one entry to an event', () => {
    const fields: FieldSpec[] = ['item', 'price'].map((name) => ({ name, kind: 'sequence', history: 'h' }));
    const schema = createFitter({ fields }).finish();
    expect(schema.encodeRows([{ item: 'a^b', price: '1^2' }]).lists.price.ids.length).toBe(2);
    expect(() => schema.encodeRows([{ item: 'a^b', price: '1' }])).toThrow(
      /field "price": expected as many entries as "item" \(2\).*got 1/,
    );
  });

  test('weights of a multi-hot set', () => {
    const field: FieldSpec = { name: 'x', kind: 'multi-hot', weightSeparator: ':' };
    const schema = fit(field, ['a:1^b:2^b']);
    const encoded = schema.encodeRows([{ x: 'a:2.5^b^c:d:0' }, { x: ['b:0.25'] }]).lists.x;
    expect([Array.from(encoded.ids), Array.from(encoded.weights ?? [])]).toEqual([[3, 2, 1, 2], [2.5, 1, 0, 0.25]]); // prettier-ignore
    expect(() => schema.encodeRows([{ x: 'a:heavy' }])).toThrow(/entries of the form value:weight, got "a:heavy"/);
    expect(schema.slots).toMatchObject([{ kind: 'list', weighted: true }]);
  });

  // Planted bug that this fails for: a list taken for a missing value, so that a whole column is lost in silence.
  test.each<FieldSpec>([
    { name: 'x', kind: 'categorical' },
    { name: 'x', kind: 'hashed', numBuckets: 9 },
    { name: 'x', kind: 'numeric' },
    { name: 'x', kind: 'time-part', part: 'hour', format: 'iso' },
  ])('no field of one value takes a list: $kind', (field) => {
    const schema = fit(field, field.kind === 'numeric' ? ['1'] : field.kind === 'time-part' ? ['2024-01-01'] : ['a']);
    expect(() => schema.encodeRows([{ x: ['a'] }])).toThrow(/expected .*, got "a list"; .*\(column "x"/);
    if (field.kind !== 'categorical') return;
    const list = { kind: 'list', offsets: Int32Array.of(0, 1), dictionary: ['a'], codes: Int32Array.of(0) } as const;
    expect(() => { createFitter({ fields: [field] }).add({ numRows: 1, columns: { x: list } }); }).toThrow(/got "a list"/); // prettier-ignore
  });
});

describe('times', () => {
  test.each([
    ['iso', '2024-02-29', '2024-02-29T00:00:00Z'],
    ['iso', '2024-02-29 12:30', '2024-02-29T12:30:00Z'],
    ['iso', '2024-02-29T12:30:05.250+02:00', '2024-02-29T10:30:05.250Z'],
    ['iso', '2024-02-29T12:30:00-0530', '2024-02-29T18:00:00Z'],
    ['unix-seconds', '1709209800.5', '2024-02-29T12:30:00.500Z'],
    ['unix-milliseconds', '-1', '1969-12-31T23:59:59.999Z'],
    ['YYMMDDHH', '14102100', '2014-10-21T00:00:00Z'],
    ['DD/MM/YYYY HH:mm:ss', '29/02/2024 12:30:01', '2024-02-29T12:30:01Z'],
  ])('%s: %s', (format, text, iso) => {
    expect(timeParser(format)(text)).toBe(Date.parse(iso));
  });

  test.each([
    ['iso', '2023-02-29'],
    ['iso', '2024-1-1'],
    ['iso', '2024-01-01T24:00'],
    ['unix-seconds', '99999999999999999'],
    ['unix-seconds', 'soon'],
    ['YYMMDDHH', '14132100'],
  ])('%s: %s is no time', (format, text) => {
    expect(timeParser(format)(text)).toBeUndefined();
    const field: FieldSpec = { name: 'x', kind: 'time-part', part: 'hour', format };
    expect(() => idsOf(field, [], [text])).toThrow(/field "x": expected a time of format .*column "x"/);
  });

  test('parts count from 0 after the reserved rows, in UTC', () => {
    const at = ['2024-12-29T23:00:00Z']; // a Sunday
    const of = (part: 'hour' | 'day-of-week' | 'day-of-month' | 'month' | 'is-weekend'): number =>
      idsOf({ name: 'x', kind: 'time-part', part }, [], at)[0] - 2;
    expect([of('hour'), of('day-of-week'), of('day-of-month'), of('month'), of('is-weekend')]).toEqual([23, 0, 28, 11, 1]); // prettier-ignore
  });
});

describe('label, weight, group and time', () => {
  const fields: FieldSpec[] = [{ name: 'other', kind: 'hashed', numBuckets: 3 }];
  const labels = (label: object, values: readonly (string | null)[]): number[] =>
    Array.from(encode(fit(fields, [], { label: { column: 'x', ...label } }), values).targets?.label ?? []);

  test('declared positives', () => {
    expect(labels({}, ['1', '0', 'TRUE', 'no', '1.0'])).toEqual([1, 0, 1, 0, 1]);
    expect(labels({ positive: ['>50K', '>50K.'] }, ['>50K.', '<=50K', '>50K'])).toEqual([1, 0, 1]);
    expect(() => labels({ positive: ['a'], negative: ['b'] }, ['c'])).toThrow(/label: expected one of a, b, got "c"/);
    expect(() => labels({}, [null])).toThrow(/label: expected one of .*got "a missing value"/);
    expect(() => labels({}, ['2'])).toThrow(/label: expected one of .*got "2"; declare the values/);
  });

  test('weights are numbers from 0 on', () => {
    const schema = fit(fields, [], { weight: 'x' });
    expect(Array.from(encode(schema, ['0', '2.5']).weight ?? [])).toEqual([0, 2.5]);
    for (const value of ['-1', null, 'heavy']) expect(() => encode(schema, [value])).toThrow(/sample weight: expected/);
  });

  test('groups are told apart by the low 53 bits of the hash', () => {
    const { group } = encode(fit(fields, [], { group: 'x' }), ['u1', 'u2', 'u1']);
    expect(group?.[0]).toBe(Number(BigInt(`0x${fingerprint64('u1').toHex()}`) & (2n ** 53n - 1n)));
    expect([group?.[0] === group?.[2], group?.[0] === group?.[1]]).toEqual([true, false]);
  });
});
