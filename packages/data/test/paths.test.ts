import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectSource, openDataset, openRows, writeScores } from '../src/node';
import type { OpenDatasetOptions, Source } from '../src/node';
import { openDatabase } from '../src/node/database';
import { maxMemberBytes } from '../src/node/unzip-member';
import { zip } from './zip';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-paths-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Rows whose only city tells which file they are of. */
const rowsOf = (city: string): object[] => Array.from({ length: 10 }, (_, i) => ({ x: i % 3, city, click: i % 2 }));
const csvOf = (city: string): string => `x,city,click\n${rowsOf(city).map((row) => Object.values(row).join(',')).join('\n')}\n`; // prettier-ignore
const jsonOf = (city: string): string => rowsOf(city).map((row) => `${JSON.stringify(row)}\n`).join(''); // prettier-ignore

/** DuckDB writes what Node cannot; `COPY ... TO` takes a path as it is. */
async function writeParquet(path: string, city: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const select = `SELECT i % 3 AS x, '${city}' AS city, i % 2 AS click FROM range(10) t(i)`;
  await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

const spec = {
  fields: [{ name: 'x', kind: 'categorical' as const }, { name: 'city', kind: 'categorical' as const }], // prettier-ignore
  label: { column: 'click' },
};
const options: OpenDatasetOptions = { schema: spec, split: { by: 'none' } };
const citiesOf = async (source: Source, more: OpenDatasetOptions = {}): Promise<readonly string[]> =>
  (await openDataset(source, { ...options, ...more })).schema.vocabularies.city;

/** Each beside a decoy that the name stands for as a pattern. */
const names: readonly (readonly [name: string, decoy: string])[] = [
  ['d[1]', 'd1'],
  ['a*b', 'axb'],
  ['q?', 'qq'],
  ['[!x]', 'y'],
  ['[', 'bracket'],
  ["it's", 'its'],
  ['two\nlines', 'two'],
  ['100%20', '100 20'],
  [' s p ', 'sp'],
  ['{a,b}', 'a'],
  ['back\\slash', 'backslash'],
  ['~', 'home'],
  ['run[1]/in', 'run1/in'],
  ['s*/y?[0]', 'sx/yz0'],
];

// Planted bug that this fails for: `literal(path)` instead of its escaped form.
describe('a path that exists is that file', () => {
  test.each(names)('%j', async (name, decoy) => {
    for (const [ending, write] of [
      ['csv', (path: string, city: string) => writeFile(path, csvOf(city))],
      ['csv.gz', (path: string, city: string) => writeFile(path, gzipSync(csvOf(city)))],
      ['jsonl', (path: string, city: string) => writeFile(path, jsonOf(city))],
      ['parquet', writeParquet],
    ] as const) {
      const path = join(folder, `${name}.${ending}`);
      for (const [at, city] of [
        [path, 'right'],
        [join(folder, `${decoy}.${ending}`), 'wrong'],
      ]) {
        // prettier-ignore
        await mkdir(dirname(at), { recursive: true });
        await write(at, city);
      }
      expect(await citiesOf(path)).toEqual(['right']);
      expect(await citiesOf(relative(process.cwd(), path))).toEqual(['right']);
      expect(await citiesOf([path, path])).toEqual(['right']);
    }
  });

  test('in every place that takes a file', async () => {
    const [path, decoy] = [await file('t[1].csv', csvOf('right')), await file('t1.csv', csvOf('wrong'))];
    const from = await file('plain.csv', csvOf('right'));
    const data = await openDataset(from, { ...options, valid: path, test: path });
    expect(data.summary.numRows).toEqual({ read: 30, train: 10, valid: 10, test: 10 });
    for await (const { ids } of data.valid?.batches({ batchSize: 10 }) ?? []) expect(Math.min(...ids.city)).toBe(2);
    const rows = await openRows(path, data.schema);
    for await (const { ids } of rows.batches({ batchSize: 10 })) expect(Math.min(...ids.city)).toBe(2);
    expect((await inspectSource(path)).inferred.find(({ column }) => column === 'city')?.numDistinct).toBe(1);
    const out = join(folder, 'out[1].csv');
    await writeScores(path, new Float64Array(10), out, { spec });
    expect(await readFile(out, 'utf8')).toContain('right');
    const [users] = [await file('u[1].csv', 'x,age\n0,1\n1,2\n2,3\n'), await file('u1.csv', 'x,age\n0,9\n1,9\n2,9\n')];
    const joined = await openDataset({ from: path, joins: [{ source: users, on: 'x' }] }, { label: 'click', split: { by: 'none' } }); // prettier-ignore
    expect(joined.summary.sources).toEqual([path, users]);
    await rm(decoy);
    const encodedFolder = join(folder, 'encoded');
    await openDataset(path, { ...options, encodedFolder });
    await writeFile(path, csvOf('changed'));
    expect((await openDataset(path, { ...options, encodedFolder })).summary.reused).toBe(false);
  });

  test('patterns: folders that exist are those folders, matches in order, links followed', async () => {
    for (const at of ['p[1]/b.csv', 'p[1]/a[1].csv']) await file(at, csvOf('right'));
    await file('p1/c.csv', csvOf('wrong'));
    await symlink(join(folder, 'p[1]'), join(folder, 'link'));
    for (const pattern of ['p[1]/*.csv', 'p[1]/[ab]*.csv', 'link/*.csv', '**/b.csv'])
      expect(await citiesOf(join(folder, pattern))).toEqual(['right']);
    const bad = await file('p[1]/z.csv', 'x,city,click\n1,a,1\n1,a\n');
    await expect(citiesOf(join(folder, 'p[1]/*.csv'))).rejects.toMatchObject({ location: { file: bad, line: 3 } });
    await expect(citiesOf(join(folder, 'none*.csv'))).rejects.toThrow(
      /a file that exists.*no file matches this pattern/,
    );
  });

  test('a folder whose name says `click=1` gives no column', async () => {
    await writeParquet(await file('click=1/x.parquet', ''), 'a');
    for (const path of [
      await file('click=1/x.csv', csvOf('a')),
      await file('click=1/x.jsonl', jsonOf('a')),
      join(folder, 'click=1/x.parquet'),
    ])
      // prettier-ignore
      expect((await openDataset(path, options)).summary.positiveRate?.train).toBe(0.5);
  });
});

test('what is no file of this machine is refused before DuckDB sees it', async () => {
  for (const address of [
    'http://127.0.0.1:9/x.csv',
    'https://h/x.csv?a',
    's3://b/x*',
    'S3://b/x.csv',
    'az://c/x',
    'gcs://b/*',
    'hf://d/x.parquet',
    'file:///etc/hosts',
  ]) {
    // prettier-ignore
    for (const source of [address, [address], { from: address, joins: [] }])
      await expect(openDataset(source, options)).rejects.toThrow(/source: expected a path of this machine, got .*nothing is fetched: download it first/); // prettier-ignore
    await expect(openDataset(address, { ...options, encodedFolder: join(folder, 'never') })).rejects.toThrow(/of this machine/); // prettier-ignore
  }
  await expect(openDataset({ sql: `SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')` }, options)).rejects.toThrow(/can be read as declared.*httpfs/); // prettier-ignore
  const database = await openDatabase();
  const settings = ['autoinstall_known_extensions', 'autoload_known_extensions', 'allow_community_extensions', 'allow_unsigned_extensions']; // prettier-ignore
  for (const setting of settings)
    expect(await database.rows(`SELECT current_setting('${setting}') AS value`)).toEqual([{ value: false }]);
  await database.close();
});

test.runIf(process.platform !== 'win32')('a pipe is refused, nobody waits for its writer', async () => {
  const pipe = join(folder, 'pipe.csv');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  await expect(citiesOf(pipe)).rejects.toThrow(/expected a file, got "a pipe or device, .*pipe\.csv"; write what it gives into a file/); // prettier-ignore
  await expect(citiesOf('/dev/zero')).rejects.toThrow(/a pipe or device/);
});

describe('members of archives', () => {
  const member = (name: string, city: string, more: object = {}): Parameters<typeof zip>[0][number] => ({
    name,
    content: Buffer.from(csvOf(city)),
    ...more,
  });

  test('two of one base name do not meet', async () => {
    const one = await file('one.zip', zip([member('train/data.csv', 'a'), member('test/data.csv', 'b')]));
    const other = await file('other.zip', zip([member('data.csv', 'c')]));
    const source = [`${one}:train/data.csv`, `${one}:test/data.csv`, other];
    const data = await openDataset(source, options);
    expect([data.summary.numRows.read, data.schema.vocabularies.city]).toEqual([30, ['a', 'b', 'c']]);
    const parts = await openDataset(source[0], { ...options, valid: source[1], test: other });
    expect(parts.schema.vocabularies.city).toEqual(['a']);
  });

  test('a bad line is named by the member', async () => {
    const path = await file('bad.zip', zip([{ name: 'in[1].csv', content: Buffer.from('x,city,click\n1,a,1\n1\n') }]));
    await expect(citiesOf(`${path}:in[1].csv`)).rejects.toMatchObject({ location: { file: `${path}:in[1].csv`, line: 3 } }); // prettier-ignore
  });

  test('a file whose name looks like a member is that file', async () => {
    await file('m.zip', zip([member('x.csv', 'wrong')]));
    expect(await citiesOf(await file('m.zip:x.csv', csvOf('right')))).toEqual(['right']);
  });

  test('one that would fill the disk, or leave its folder, is refused', async () => {
    const bomb = await file('bomb.zip', zip([member('x.csv', 'a', { size: 2 ** 29 })]));
    await expect(citiesOf(bomb)).rejects.toThrow(/a member of at most 256 MiB, got "512 MiB \(packed: 0 MiB\)"; unpack it where there is room.*bomb\.zip:x\.csv/); // prettier-ignore
    const liar = await file('liar.zip', zip([{ name: 'x.csv', content: Buffer.alloc(100_000, 'a'), size: 50 }]));
    await expect(citiesOf(liar)).rejects.toThrow(/a member that can be unpacked/);
    expect(maxMemberBytes(2 ** 30, 2 ** 50)).toBe(100 * 2 ** 30);
    expect(maxMemberBytes(2 ** 30, 2 ** 20)).toBe(0.8 * 2 ** 20);
    const outside = await file('outside.zip', zip([member('../../evil.csv', 'a')]));
    await expect(citiesOf(outside)).rejects.toThrow(/a zip archive, got a damaged one \(invalid relative path/);
  });
});
