import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectSource, openDataset, openRows, writeScores } from '../src/node';
import type { OpenDatasetOptions } from '../src/node';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-sql-'));
  path = join(folder, 'a.csv');
  await writeFile(path, 'x,click\na,1\nb,0\na,0\n');
});
afterAll(() => rm(folder, { recursive: true }));

const schema = { fields: [{ name: 'x', kind: 'categorical' as const }], label: { column: 'click' } };
const options: OpenDatasetOptions = { schema, split: { by: 'none' } };

// Planted bug that this fails for: an option put into SQL without a check.
describe('what becomes SQL is checked', () => {
  test.each<[string, (copy: string) => object, RegExp]>([
    ['limit', (copy) => ({ limit: `1; ${copy}` }), /source: expected an integer >= 1 for limit/],
    ['limit of 0', () => ({ limit: 0 }), /source: expected an integer >= 1 for limit, got 0/],
    ['limit that is no number', () => ({ limit: NaN }), /an integer >= 1 for limit/],
    ['memoryLimit', (copy) => ({ memoryLimit: `1GB'; ${copy}` }), /an amount of memory such as "512MB" or "2GB" for memoryLimit/],
    ['memoryLimit without a unit', () => ({ memoryLimit: '12' }), /such as "512MB"/],
    ['threads', () => ({ threads: -1 }), /an integer >= 1 for threads, got -1/],
    ['threads as text', (copy) => ({ threads: `1; ${copy}` }), /an integer >= 1 for threads/],
    ['header', (copy) => ({ dialect: { header: `true); ${copy} --` } }), /dialect: expected true or false for header/],
    ['delimiter', () => ({ dialect: { delimiter: ',,' } }), /one character for delimiter, got ",,"/],
    ['quote', () => ({ dialect: { quote: 3 } }), /one character for quote, got 3/],
    ['comment', () => ({ dialect: { comment: '' } }), /one character for comment/],
    ['names', () => ({ dialect: { names: 'x,click' } }), /a list of names for names/],
    ['an unknown one', () => ({ dialect: { delimeter: ';' } }), /did you mean "delimiter"\?/],
    ['shares', (copy) => ({ split: { by: 'ratio', valid: 0, test: `0.5 THEN 1 END; ${copy}` } }), /split: expected a finite number >= 0 for test/],
    ['a share as text', () => ({ split: { by: 'ratio', valid: 0, test: '0.5' } }), /split: expected a finite number >= 0 for test, got "0.5"/],
    ['duplicates', () => ({ clean: { duplicates: 'x' } }), /true or a list of columns for duplicates/],
    ['ranges', (copy) => ({ clean: { ranges: { x: { min: `1 OR 1; ${copy}` } } } }), /finite bounds for "x"/],
    ['a column to drop', () => ({ schema: undefined, label: 'click', dropColumns: ['x" FROM'] }), /a column "x\\?" FROM"/],
  ])('%s', async (_, extra, message) => {
    const target = join(folder, 'pwned');
    const opened = openDataset(path, { ...options, ...extra(`COPY (SELECT 1) TO '${target}'`) });
    await expect(opened).rejects.toThrow(message);
    expect(existsSync(target)).toBe(false);
  }); // prettier-ignore

  test('in every function that opens a source', async () => {
    const { schema: fitted } = await openDataset(path, options);
    const limit = '1; SELECT 1' as unknown as number;
    await expect(inspectSource(path, { limit })).rejects.toThrow(/an integer >= 1 for limit/);
    await expect(openDataset({ rows: [{ x: 'a', click: 1 }] }, { ...options, limit })).rejects.toThrow(/for limit/);
    await expect(openRows(path, fitted, { threads: 0 })).rejects.toThrow(/for threads/);
    const out = join(folder, 'out.csv');
    await expect(writeScores(path, new Float64Array(3), out, { spec: schema, scoreColumn: '' })).rejects.toThrow(/a name for scoreColumn/); // prettier-ignore
    await expect(writeScores(path, new Float64Array(2), out, { spec: schema })).rejects.toThrow(/2 rows for 2 scores, got 3/); // prettier-ignore
  });

  test('a character that ends a text in C is refused in names', async () => {
    await expect(openDataset(path, { ...options, dialect: { header: false, names: ['x\0y', 'click'] } })).rejects.toThrow(/without the character NUL/); // prettier-ignore
  });
});

describe('a query is one SELECT', () => {
  test.each([
    'SELECT 1 AS x, 1 AS click; SELECT 2',
    'CREATE TABLE t AS SELECT 1',
    "COPY (SELECT 1) TO '/tmp/never'",
    'SET threads = 1',
    'INSTALL httpfs',
    "ATTACH ':memory:' AS other",
    'EXPLAIN ANALYZE SELECT 1',
  ])('%s', async (sql) => {
    await expect(openDataset({ sql }, options)).rejects.toThrow(
      /source: expected one SELECT for sql, got .*; a source only reads/,
    );
  });

  test('one that breaks out of its brackets is no query', async () => {
    const sql = `SELECT 1 AS x, 1 AS click) UNION ALL (SELECT 2, 0`;
    await expect(openDataset({ sql }, options)).rejects.toThrow(/can be read as declared.*syntax error/);
  });

  test.each([
    ['a semicolon at the end', (from: string) => `SELECT * FROM ${from};\n`],
    ['a comment at the end', (from: string) => `SELECT * FROM ${from} -- all`],
    ['WITH', (from: string) => `WITH t AS (SELECT * FROM ${from}) SELECT * FROM t ORDER BY x`],
    ['FROM', (from: string) => `FROM ${from}`],
  ])('%s', async (_, sql) => {
    const data = await openDataset({ sql: sql(`read_csv('${path}')`) }, options);
    expect(data.train.numRows).toBe(3);
  });
});
