import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedColumns, SchemaSpec } from '@ctrflow/features';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatColumns, datasetFromTables, sliceColumns, tableFromCsv, takeRows } from '../src/index';
import type { RowSource } from '../src/index';
import { sniffDelimiter, splitLine } from '../src/dialect';
import { openDataset, writeScores } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-reading-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function all(rows: RowSource | undefined): Promise<EncodedColumns> {
  for await (const batch of rows?.batches({ batchSize: 1e9 }) ?? []) return batch;
  throw new Error('no rows');
}

const label = { column: 'click' };
const rowField: SchemaSpec['fields'][number] = { name: 'row', kind: 'numeric', transform: 'none' };

describe('a schema is fitted on the training rows alone', () => {
  // The last 30 rows are held out: their cities, most frequent of all, and their large numbers are in no statistics of the training.
  const city = (i: number): string => (i < 70 ? `train${i % 3 === 0 ? 0 : i % 2}` : i < 85 ? 'valid' : 'test');
  const lines = ['row,city,tags,click', ...Array.from({ length: 100 }, (_, i) => `${i},${city(i)},${city(i)}^all,${i % 2}`)]; // prettier-ignore
  const fields: SchemaSpec['fields'] = [
    { name: 'row', kind: 'numeric' },
    { name: 'buckets', kind: 'numeric', column: 'row', transform: 'quantile', numBuckets: 2 },
    { name: 'city', kind: 'categorical' },
    { name: 'tags', kind: 'multi-hot' },
  ];
  const split = { by: 'time', column: 'row', valid: 0.15, test: 0.15 } as const;

  // Fails for: a schema, or counts of values, of all rows.
  test('vocabularies, their order, means and quantiles', async () => {
    const path = await file('leak.csv', lines);
    const { schema, train, test: held } = await openDataset(path, { schema: { fields, label }, split });
    expect(train.numRows).toBe(70);
    const counts = [0, 1].map((k) => Array.from({ length: 70 }, (_, i) => city(i)).filter((each) => each === `train${k}`).length); // prettier-ignore
    const byCount = counts[0] > counts[1] ? ['train0', 'train1'] : ['train1', 'train0'];
    expect(schema.vocabularies).toEqual({ city: byCount, tags: ['all', ...byCount] });
    const { ids, lists, values } = await all(held);
    expect(new Set(ids.city)).toEqual(new Set([1])); // unknown
    expect(Array.from(lists.tags.ids.subarray(0, 2))).toEqual([1, 2]);
    const deviation = Math.sqrt((70 ** 2 - 1) / 12); // of 0 to 69
    values.row.forEach((value, i) => {
      expect(Math.abs(value - (85 + i - 34.5) / deviation)).toBeLessThan(1e-6);
    });
    expect((await all(train)).ids.buckets.filter((id) => id === 1)).toHaveLength(35);
  });

  test('of tables in memory too', async () => {
    const [train, valid, held] = ['a', 'b', 'c'].map((each) => tableFromCsv(`city,click\n${each},1\n${each},0\n`));
    const { schema } = await datasetFromTables({ fields: [{ name: 'city', kind: 'categorical' }], label }, { train, valid, test: held }); // prettier-ignore
    expect(schema.vocabularies).toEqual({ city: ['a'] });
  });

  test('so do those of an inferred schema, whose declaration looks at all', async () => {
    const { schema } = await openDataset(await file('leak-inferred.csv', lines), { label: 'click', split });
    expect([...schema.vocabularies.city].sort()).toEqual(['train0', 'train1']);
  });
});

// Fails for: counts of a column of many values that stay where the first ones stand.
test('values are counted and kept by their count, however many there are', async () => {
  const values = Array.from({ length: 5000 }, (_, i) => `v${String(i).padStart(4, '0')}`);
  const lines = values.flatMap((value, i) => Array.from({ length: 1 + (i % 3) }, (_, k) => `${value},${(i + k) % 2}`));
  const path = await file('many.csv', ['x,click', ...lines]);
  const { schema } = await openDataset(path, { schema: { fields: [{ name: 'x', kind: 'categorical', minCount: 2 }], label }, split: { by: 'none' } }); // prettier-ignore
  const of = (count: number): string[] => values.filter((_, i) => 1 + (i % 3) === count);
  expect(schema.vocabularies.x).toEqual([...of(3), ...of(2)]);
});

// Fails for: negatives left out of the parts that judge.
test('negatives are thinned in the training part alone', async () => {
  const path = await file('thin.csv', ['row,click', ...Array.from({ length: 1000 }, (_, i) => `${i},${i % 5 === 0 ? 1 : 0}`)]); // prettier-ignore
  const split = { by: 'time', column: 'row', valid: 0.2, test: 0.3 } as const;
  const { summary } = await openDataset(path, { schema: { fields: [rowField], label }, split, negativeKeepRate: 0.25 });
  expect(summary.numRows).toMatchObject({ valid: 200, test: 300 });
  // 100 positives and a quarter of 400 negatives, within five standard deviations.
  expect(Math.abs(summary.numRows.train - (100 + 100))).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75));
});

describe('bad rows', () => {
  // Fails for: a line counted from the chunk before, of which there are 65,536 rows each.
  test('have their line in a file of many chunks', async () => {
    const lines = Array.from({ length: 150_000 }, (_, i) => `${i === 140_000 ? 'bad' : i % 7},${i % 2}`);
    const open = openDataset(await file('long.csv', ['row,click', ...lines]), { schema: { fields: [rowField], label }, split: { by: 'none' } }); // prettier-ignore
    await expect(open).rejects.toThrow(/line 140002.*value "bad"|value "bad".*line 140002/);
  });

  // Fails for: the first row kept whatever it is.
  test('are skipped wherever they are', async () => {
    const lines = ['bad,1', '1,0', '2,1', 'worse,0'];
    const { train, summary } = await openDataset(await file('edges.csv', ['row,click', ...lines]), { schema: { fields: [rowField], label }, split: { by: 'none' }, onBadRow: 'skip' }); // prettier-ignore
    expect(Array.from((await all(train)).values.row)).toEqual([1, 2]);
    expect(summary.dropped).toEqual({ bad: 2 });
  });
});

// Fails for: a bound that is out of range, the last of equal rows kept.
test('cleaning keeps what is at a bound, and the first of rows with the same key', async () => {
  const path = await file('dirty.csv', [
    'row,x,click',
    '1,0,1',
    '2,100,0',
    '3,100.5,1',
    '4,-0.5,1',
    '5,100,1',
    '6,7,0',
  ]);
  const fields: SchemaSpec['fields'] = [rowField, { name: 'x', kind: 'numeric' }];
  const clean = { ranges: { x: { min: 0, max: 100 } }, duplicates: ['x'] };
  const { train } = await openDataset(path, { schema: { fields, label }, split: { by: 'none' }, clean });
  expect(Array.from((await all(train)).values.row)).toEqual([1, 2, 6]);
});

// Fails for: rows in the order in which a join finds them.
test('a join leaves the rows in their order', async () => {
  const from = await file('log.csv', ['row,user,click', ...Array.from({ length: 50 }, (_, i) => `${i},u${i % 4},${i % 2}`)]); // prettier-ignore
  const users = await file('users.csv', ['user,age', 'u3,1', 'u0,2']);
  const { train } = await openDataset({ from, joins: [{ source: users, on: 'user' }] }, { schema: { fields: [rowField], label }, split: { by: 'none' } }); // prettier-ignore
  expect(Array.from((await all(train)).values.row)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

// Fails for: scores beside other rows than their own.
test('scores are written beside their own rows', async () => {
  const path = await file('rows.csv', ['row', '3', '1', '2', '0']);
  const out = join(folder, 'scores.csv');
  await writeScores(path, Float64Array.of(0.25, 0.75, 0.5, 0.125), out, { spec: { fields: [rowField] } });
  expect((await readFile(out, 'utf8')).trim().split('\n')).toEqual(['row,score', '3,0.25', '1,0.75', '2,0.5', '0,0.125']); // prettier-ignore
});

describe('tableFromCsv', () => {
  test('a break of two characters is one line', () => {
    expect(() => tableFromCsv('a,b\r\n1,2\r\n3\r\n')).toThrow(/2 fields, got 1.*line 3/);
  });

  test('an empty field is missing, a quoted empty one is an empty text', () => {
    const { columns } = tableFromCsv('a,b\n,""\nx,y\n', { header: true });
    expect(columns.a.dictionary[columns.a.codes[0]]).toBeNull();
    expect(columns.b.dictionary[columns.b.codes[0]]).toBe('');
  });
});

// Fails for: a role that is left behind.
test('rows that are cut, taken or put together keep label, weight, group and time', () => {
  const numRows = 6;
  const numbers = (from: number): number[] => Array.from({ length: numRows }, (_, i) => from + i);
  const rows: EncodedColumns = {
    ...{ numRows, ids: {}, values: { x: Float32Array.from(numbers(0)) }, lists: {} },
    ...{ targets: { label: Float32Array.from(numbers(10)) }, weight: Float32Array.from(numbers(20)) },
    ...{ group: Float64Array.from(numbers(30)), time: Float64Array.from(numbers(40)) },
  };
  const rolesOf = ({ targets, weight, group, time }: EncodedColumns): number[][] =>
    [targets?.label, weight, group, time].map((column) => Array.from(column ?? []));
  const wanted = (chosen: readonly number[]): number[][] => [10, 20, 30, 40].map((from) => chosen.map((row) => from + row)); // prettier-ignore
  expect(rolesOf(sliceColumns(rows, 2, 5))).toEqual(wanted([2, 3, 4]));
  expect(rolesOf(takeRows(rows, Uint32Array.of(5, 0)))).toEqual(wanted([5, 0]));
  const both = concatColumns([sliceColumns(rows, 4, 6), sliceColumns(rows, 0, 1)]);
  expect(rolesOf(both)).toEqual(wanted([4, 5, 0]));
});

// Fails for: a doubled quote that ends its field, the delimiter of fewer fields where two agree alike.
test('the first lines of a file tell its delimiter', () => {
  expect(splitLine('a,"x ""y"", z",b', ',')).toEqual(['a', 'x "y", z', 'b']);
  expect(sniffDelimiter(['a;b;c,d', '1;2;3,4', '5;6;7,8'])).toBe(';');
  expect(sniffDelimiter(['a,b,c;d', '1,2,3;4', '5,6,7;8'])).toBe(',');
});
