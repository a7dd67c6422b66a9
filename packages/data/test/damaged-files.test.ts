import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SchemaSpec } from '@ctrflow/features';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../src/node';
import type { OpenDatasetOptions, Source } from '../src/node';
import { zip } from './zip';
import type { Member } from './zip';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-damaged-'));
});
afterAll(() => rm(folder, { recursive: true }));

let numFiles = 0;
const newPath = (ending: string): string => join(folder, `f${numFiles++}.${ending}`);
async function file(content: string | Uint8Array, ending: string): Promise<string> {
  const path = newPath(ending);
  await writeFile(path, content);
  return path;
}

/** DuckDB writes what Node cannot: Parquet and zst. */
async function copy(select: string, ending: string, format: string): Promise<string> {
  const path = newPath(ending);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (${format})`);
  connection.closeSync();
  instance.closeSync();
  return path;
}
const parquet = (select: string): Promise<string> => copy(select, 'parquet', 'FORMAT parquet');

const spec: SchemaSpec = {
  fields: [{ name: 'x', kind: 'numeric', transform: 'none', missing: -1 }, { name: 'city', kind: 'categorical' }], // prettier-ignore
  label: { column: 'click' },
};
const options: OpenDatasetOptions = { schema: spec, split: { by: 'none' } };
const open = (source: Source, extra: Partial<OpenDatasetOptions> = {}): ReturnType<typeof openDataset> =>
  openDataset(source, { ...options, ...extra });
const NUM_ROWS = 60_000;
const csv = `x,city,click\n${Array.from({ length: NUM_ROWS }, (_, i) => `${i % 1009},c${(i * 7919) % 997},${i % 2}`).join('\n')}\n`;

describe('zst', () => {
  let whole: Buffer;
  let path: string;
  beforeAll(async () => {
    const text = await file(csv, 'csv');
    path = await copy(`SELECT * FROM read_csv('${text}', all_varchar = true)`, 'csv.zst', 'FORMAT csv, HEADER, COMPRESSION zstd'); // prettier-ignore
    whole = await readFile(path);
  });

  // Planted bug that this fails for: DuckDB's own reading, which takes what it finds up to a cut.
  test.each([0.2, 0.5, 0.6, 0.9, 0.999])('cut off at %d of its length', async (share) => {
    const cut = await file(whole.subarray(0, Math.floor(share * whole.length)), 'csv.zst');
    await expect(open(cut)).rejects.toThrow(/expected a whole zst file, got a damaged or truncated one.*csv\.zst/);
  });

  test('whole: several frames, also one to skip', async () => {
    expect((await open(path)).train.numRows).toBe(NUM_ROWS);
    const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect((await open(await file(Buffer.concat([skipped, whole]), 'csv.zst'))).train.numRows).toBe(NUM_ROWS);
  });

  test('what is none', async () => {
    await expect(open(await file('x,city,click\n1,a,1\n', 'csv.zst'))).rejects.toThrow(/whole zst file.*no frame at byte 0/); // prettier-ignore
  });
});

describe('gzip', () => {
  const damaged = (at: number): Buffer => {
    const bytes = gzipSync(csv);
    bytes[at < 0 ? bytes.length + at : at] ^= 0xff;
    return bytes;
  };
  test.each([
    ['a wrong checksum', damaged(-6)],
    ['a wrong length', damaged(-1)],
    ['a byte changed', damaged(300)],
    ['something behind it', Buffer.concat([gzipSync(csv), Buffer.from('rubbish')])],
  ])('%s', async (_, bytes) => {
    await expect(open(await file(bytes, 'csv.gz'))).rejects.toThrow(/expected a whole gzip file, got a damaged/);
  });

  test('cut off, one of those that a pattern finds', async () => {
    await writeFile(join(folder, 'part-1.csv.gz'), gzipSync(csv));
    await writeFile(join(folder, 'part-2.csv.gz'), gzipSync(csv).subarray(0, 50_000));
    await expect(open(join(folder, 'part-*.csv.gz'))).rejects.toThrow(/whole gzip file.*part-2\.csv\.gz/);
  });

  test('nothing in it', async () => {
    await expect(open(await file(gzipSync(''), 'csv.gz'))).rejects.toThrow(/expected rows, got an empty file/);
  });
});

describe('zip', () => {
  const member = (more: Partial<Member> = {}): Member => ({ name: 'a.csv', content: Buffer.from(csv), ...more });
  test('a whole one', async () => {
    expect((await open(await file(zip([member()]), 'zip'))).train.numRows).toBe(NUM_ROWS);
  });

  test.each<[string, Buffer, RegExp]>([
    ['a wrong checksum', zip([member({ checksum: 1 })]), /a member that can be unpacked.*checksum differs.*zip:a\.csv/],
    ['encrypted', zip([member({ encrypted: true })]), /a member that can be unpacked.*encrypted/],
    ['an unknown method', zip([member({ method: 12 })]), /a member that can be unpacked.*compression method: 12/],
    ['a damaged member', zip([member()]).fill(0xff, 100, 300), /a member that can be unpacked/],
    ['cut off', zip([member()]).subarray(0, -60), /a zip archive, got a damaged one/],
    ['no member', zip([]), /expected a member, got an empty archive/],
    ['an empty member', zip([member({ content: Buffer.alloc(0) })]), /expected rows, got an empty file/],
    ['two members', zip([member(), member({ name: 'b.csv' })]), /one of its members a\.csv, b\.csv, got "no member"; write .*zip:MEMBER/],
  ])('%s', async (_, bytes, message) => {
    await expect(open(await file(bytes, 'zip'))).rejects.toThrow(message);
  }); // prettier-ignore

  test('a member that is not there', async () => {
    const path = await file(zip([member()]), 'zip');
    await expect(open(`${path}:b.csv`)).rejects.toThrow(/got "b\.csv"; did you mean "a\.csv"\?/);
  });
});

describe('Parquet', () => {
  test('cut off, and damaged inside', async () => {
    const whole = await readFile(await parquet(`SELECT i::DOUBLE AS x, 'c' || i % 97 AS city, i % 2 AS click FROM range(5000) t(i)`)); // prettier-ignore
    await expect(open(await file(whole.subarray(0, whole.length / 2), 'parquet'))).rejects.toThrow(
      /can be read as declared, got: .*magic bytes.*parquet/i,
    );
    await expect(open(await file(whole.fill(7, 40, 400), 'parquet'))).rejects.toThrow(/can be read as declared, got/);
  });

  // Planted bug that this fails for: the row written as JSON, which knows no Infinity.
  test.each([
    ["'inf'::DOUBLE", 'Infinity'],
    ["'-inf'::FLOAT", '-Infinity'],
    ['1e300::DOUBLE', '1e+300'],
  ])('a number %s', async (value, shown) => {
    const path = await parquet(`SELECT * FROM (VALUES (1.5, 'a', 1), (${value}, 'b', 0), (2, 'a', 0)) t(x, city, click)`); // prettier-ignore
    await expect(open(path)).rejects.toThrow(`got "${shown}"; name texts that mean missing in \`nullValues\`, or declare the field categorical; row 2 of the source`); // prettier-ignore
    const quarantine = newPath('jsonl');
    const { summary } = await open(path, { onBadRow: { quarantine } });
    expect(summary.dropped).toEqual({ bad: 1 });
    expect(JSON.parse(await readFile(quarantine, 'utf8'))).toMatchObject({ row: 2, column: 'x', content: { city: 'b' } }); // prettier-ignore
  });

  test('NaN and NULL of a number are missing', async () => {
    const path = await parquet(`SELECT * FROM (VALUES ('nan'::DOUBLE, 'a', 1), (NULL, 'b', 0)) t(x, city, click)`);
    for await (const { values } of (await open(path)).train.batches({ batchSize: 2 }))
      expect([...values.x]).toEqual([-1, -1]);
  });

  // Planted bug that this fails for: a list taken for a missing value.
  test('lists where one value is declared, no rows, a column that is not there', async () => {
    const lists = (x: string, city: string): Promise<string> =>
      parquet(`SELECT ${x} AS x, ${city} AS city, i % 2 AS click FROM range(4) t(i)`);
    await expect(open(await lists('1', "['a']"))).rejects.toThrow(
      'source: expected one value a row, got "a list"; lists are for fields of kind "sequence" and "multi-hot" (column "city")',
    );
    await expect(open(await lists('[1]', "'a'"))).rejects.toThrow(/a finite number .*got "a list".*column "x"/);
    await expect(open(await parquet(`SELECT 1 AS x, 'a' AS city, 1 AS click WHERE false`))).rejects.toThrow(/expected rows, got none/); // prettier-ignore
    await expect(open(await parquet(`SELECT 1 AS x, 1 AS click`))).rejects.toThrow(/a column "city" among x, click/);
  });

  test('64-bit integers keep their digits', async () => {
    const path = await parquet(`SELECT 1 AS x, 9223372036854775807 - i AS city, i AS click FROM range(2) t(i)`);
    expect((await open(path)).schema.vocabularies.city).toEqual(['9223372036854775806', '9223372036854775807']);
  });
});

describe('JSON lines', () => {
  const line = (x: unknown, city: unknown, click: number): string => JSON.stringify({ x, city, click });
  test.each<[string, string | Buffer, RegExp]>([
    ['a line that ends early', `${line(1, 'a', 1)}\n\n${line(2, 'b', 0)}\n{"x":\n`, /a JSON object on every line.*line 4, value "{/],
    ['no UTF-8', Buffer.concat([Buffer.from(`${line(1, 'a', 1)}\n{"city":"`), Buffer.from([0xe9]), Buffer.from('"}\n')]), /no UTF-8.*line 2/],
    ['a text for a number', `${line(1, 'a', 1)}\n${line('abc', 'b', 0)}\n`, /field "x": .*got "abc".*row 2 of the source/],
    ['numbers instead of objects', '1\n2\n', /a column "x" among/],
    ['nothing', '', /empty file/],
  ])('%s', async (_, content, message) => {
    await expect(open(await file(content, 'jsonl'))).rejects.toThrow(message);
  }); // prettier-ignore

  // Planted bug that this fails for: texts with their quotes, where a column holds numbers as well.
  test('numbers and texts in one column are the same texts as in a row of a server', async () => {
    const path = await file([line(1, 7, 1), line(2, 'b', 0), line(3, 'b"c', 1)].join('\n'), 'jsonl');
    const { schema } = await open(path);
    expect(schema.vocabularies.city).toEqual(['7', 'b', 'b"c']);
    expect([...schema.encodeRows([{ x: 1, city: 7 }, { x: 1, city: 'b' }]).ids.city]).toEqual([2, 3]); // prettier-ignore
  });
});

describe('several files', () => {
  const rows = 'x,city,click\n1,a,1\n2,b,0\n';
  // Planted bug that this fails for: columns of the second file read by their place.
  test.each(['x,town,click\n3,a,1\n', 'city,x,click\na,3,1\n', 'x,city\n3,a\n'])(
    '%j has other columns',
    async (other) => {
      const [first, second] = [await file(rows, 'csv'), await file(other, 'csv')];
      await expect(open([first, second])).rejects.toThrow(/all files need the same columns in the same order/);
      await expect(open([first, second])).rejects.toThrow(`(file ${second})`);
    },
  );

  test('a header without a name', async () => {
    await expect(open(await file('x,,click\n1,a,1\n2,b,0\n', 'csv'))).rejects.toThrow(
      'source: expected a name for every column, got "none for column 2"; give all names with `names`',
    );
  });

  test('UTF-16', async () => {
    await expect(open(await file(Buffer.from(`\uFEFF${rows}`, 'utf16le'), 'csv'))).rejects.toThrow(
      /a text in UTF-8, got "one in UTF-16"/,
    );
  });

  test('a line of more than two million bytes', async () => {
    const long = `${rows}3,${'a'.repeat(2_100_000)},0\n`;
    await expect(open(await file(long, 'csv'))).rejects.toThrow(/lines of at most 2000000 bytes.*line 4/);
  });
});

describe('roles', () => {
  const columns = (last: string): string => `x,city,click,r\n1,a,1,1\n2,b,0,${last}\n`;
  test.each<[string, string, Partial<SchemaSpec>, RegExp]>([
    ['a negative weight', '-1', { weight: 'r' }, /sample weight: expected a number >= 0, got -1.*line 3, column "r"/],
    ['a text as weight', 'abc', { weight: 'r' }, /sample weight: .*got "abc".*line 3/],
    ['a missing weight', '', { weight: 'r' }, /sample weight: .*got "a missing value".*line 3/],
    ['an infinite weight', '1e999', { weight: 'r' }, /sample weight: .*got "1e999".*line 3/],
    ['a time of another format', '2024-13-01', { time: { column: 'r', format: 'iso' } }, /time: expected a time of format iso, got .*line [23]/],
    ['an integer of 400 digits', '9'.repeat(400), { fields: [{ name: 'r', kind: 'numeric' }] }, /field "r": expected a finite number within float32.*line 3/],
    ['a label of 0.5', '0.5', { label: { column: 'r' } }, /label: expected one of .*got "0\.5".*line 3/],
  ])('%s', async (_, last, more, message) => {
    await expect(open(await file(columns(last), 'csv'), { schema: { ...spec, ...more } })).rejects.toThrow(message);
  }); // prettier-ignore
});
