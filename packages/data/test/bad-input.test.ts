import { appendFile, chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { randomKey } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodedFromArrow, encodedToArrow, tableFromCsv } from '../src/index';
import { openDataset, openEncoded, openRows } from '../src/node';
import type { OpenDatasetOptions, Source } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-bad-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

let numFiles = 0;
async function file(content: string | Uint8Array, ending = 'csv'): Promise<string> {
  const path = join(folder, `f${numFiles++}.${ending}`);
  await writeFile(path, content);
  return path;
}

const spec: SchemaSpec = {
  fields: [{ name: 'x', kind: 'numeric' }, { name: 'city', kind: 'categorical' }], // prettier-ignore
  label: { column: 'click' },
};
const options: OpenDatasetOptions = { schema: spec, split: { by: 'none' } };

describe('a bad value is named with file, line and column', () => {
  test.each<[string, string, Partial<OpenDatasetOptions>, RegExp]>([
    ['a text for a number', 'x,city,click\n1,a,1\n2,b,0\nabc,c,0\n', {}, /field "x": expected a finite number.*"abc".*csv, line 4, column "x", value "abc"/],
    ['after blank and comment lines', '# made by hand\nx,city,click\n\n1,a,1\n# more\n2,b,0\noops,c,0\n', { dialect: { comment: '#' } }, /line 7, column "x"/],
    ['after a quoted line break', 'x,city,click\n1,"a\nb ""c""",1\n2,b 3",0\noops,c,0\n', {}, /line 5, column "x"/],
    ['in CRLF', 'x,city,click\r\n1,a,1\r\noops,b,0\r\n2,a,0\r\n', {}, /line 3, column "x"/],
    ['after a byte order mark', '\uFEFFx,city,click\n1,a,1\noops,b,0\n', {}, /line 3, column "x"/],
    ['an unknown label', 'x,city,click\n1,a,1\n2,b,maybe\n', {}, /label: expected one of .*got "maybe"; declare.*line 3, column "click"/],
    ['a missing label', 'x,city,click\n1,a,1\n2,b,\n3,a,0\n', {}, /label: expected one of .*a missing value.*line 3/],
    ['NaN', 'x,city,click\n1,a,1\nNaN,b,0\n', {}, /"NaN".*name texts that mean missing in `nullValues`.*line 3/],
    ['infinite', 'x,city,click\n1,a,1\n-inf,b,0\n', {}, /"-inf".*line 3/],
    ['too large for float32', 'x,city,click\n1,a,1\n1e39,b,0\n', {}, /within float32, got "1e39".*line 3/],
    ['a decimal comma', 'x;city;click\n1;a;1\n1,5;b;0\n', {}, /got "1,5".*line 3/],
    ['in the test part', `x,city,click\n${Array.from({ length: 40 }, (_, i) => `${i},a,${i % 2}`).join('\n')}\noops,a,0\n`, { split: { by: 'ratio', valid: 0.3, test: 0.3 } }, /line 42, column "x"/],
    ['after cleaning', 'x,city,click\n1,a,1\n1,a,1\n500,a,1\noops,b,0\n', { clean: { duplicates: true, ranges: { x: { max: 10 } } } }, /line 5, column "x"/],
  ])('%s', async (_, content, extra, message) => {
    await expect(openDataset(await file(content), { ...options, ...extra })).rejects.toThrow(message);
  }); // prettier-ignore

  test('in a compressed file, and in the second of two', async () => {
    const good = 'x,city,click\n1,a,1\n2,b,0\n';
    const zipped = await file(gzipSync('x,city,click\n1,a,1\noops,b,0\n'), 'csv.gz');
    await expect(openDataset(zipped, options)).rejects.toThrow(/csv.gz, line 3, column "x"/);
    const second = await file('x,city,click\n3,a,1\n4,b,0\noops,b,0\n');
    await expect(openDataset([await file(good), second], options)).rejects.toThrow(
      `(file ${second}, line 4, column "x"`,
    );
  });

  test('in rows without lines: the number of the row', async () => {
    const rows = [{ x: 1, city: 'a', click: 1 }, { x: 'oops', city: 'b', click: 0 }]; // prettier-ignore
    await expect(openDataset({ rows }, options)).rejects.toThrow(/"oops".*; row 2 of the source.*rows in memory/);
  });
});

describe('files that cannot be read as declared', () => {
  test.each<[string, string, RegExp]>([
    ['nothing in it', '', /expected rows, got an empty file/],
    ['blank lines only', '\n\n\n', /got/],
    ['a header only', 'x,city,click\n', /expected rows, got none/],
    ['one field too many', 'x,city,click\n1,a,1\n2,b,0,9\n', /line 3/],
    ['one field too few', 'x,city,click\n1,a,1\n2,b\n', /line 3/],
    ['a quote that is not closed', 'x,city,click\n1,a,1\n2,"b,0\n', /line 3|quote/i],
    ['no such column', 'x,town,click\n1,a,1\n2,b,0\n', /a column "city" among x, town, click, got "none"/],
    ['a column twice', 'x,x,click\n1,2,1\n3,4,0\n', /column names that differ, got "\\"x\\" twice"/],
    ['one class', 'x,city,click\n1,a,1\n2,b,1\n', /both labels in the train part, got "only label 1"/],
    ['only negatives', 'x,city,click\n1,a,0\n2,b,0\n', /got "only label 0"/],
  ])('%s', async (_, content, message) => {
    await expect(openDataset(await file(content), options)).rejects.toThrow(message);
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('x,city,click\n1,a,1\n2,caf'), Buffer.from([0xe9]), Buffer.from(',0\n')]);
    await expect(openDataset(await file(bytes), options)).rejects.toThrow(/(?=.*line 3)(?=.*(utf-8|unicode))/i);
  });

  test('a gzip file that ends early, one that is none, and archives', async () => {
    const whole = gzipSync(
      `x,city,click\n${Array.from({ length: 5000 }, (_, i) => `${i},c${i},${i % 2}`).join('\n')}\n`,
    );
    const cut = await file(whole.subarray(0, whole.length / 2), 'csv.gz');
    await expect(openDataset(cut, options)).rejects.toThrow(/a whole gzip file, got a damaged or truncated one/);
    await expect(openDataset(await file('x,city', 'csv.gz'), options)).rejects.toThrow(/a whole gzip file/);
    await expect(openDataset(await file('no archive', 'zip'), options)).rejects.toThrow(
      /a zip archive, got a damaged one/,
    );
    await expect(openDataset(await file('PAR1 but no Parquet', 'parquet'), options)).rejects.toThrow(
      /can be read as declared/,
    );
    await expect(openDataset(await file('{"x": 1\n', 'jsonl'), options)).rejects.toThrow(/a JSON object on every line/);
  });

  test('what is no file', async () => {
    await expect(openDataset(join(folder, 'none.csv'), options)).rejects.toThrow(/expected a file that exists/);
    await expect(openDataset(folder, options)).rejects.toThrow(
      /expected a file, got "the folder .*; name a file or a glob/,
    );
    await expect(openDataset(join(folder, 'none*.csv'), options)).rejects.toThrow(/source: expected/);
    await expect(openDataset([], options)).rejects.toThrow(/at least one file/);
    const mixed = [await file('x\n1\n'), await file('{"x":1}\n', 'jsonl')];
    await expect(openDataset(mixed, options)).rejects.toThrow(/files of one format, got "text and json"/);
    await expect(openDataset({ sql: 'SELECT nothing FROM nowhere' }, options)).rejects.toThrow(
      /can be read as declared/,
    );
    await expect(openDataset({ rows: [] }, options)).rejects.toThrow(/source: expected rows, got "none"/);
    await expect(openDataset({ row: [] } as unknown as Source, options)).rejects.toThrow(/did you mean "rows"\?/);
  });

  test('options that do not fit', async () => {
    const path = await file('x,city,click\n1,a,1\n2,b,0\n');
    const open = (extra: object): Promise<unknown> => openDataset(path, { ...options, ...extra });
    await expect(open({ split: { by: 'random' } })).rejects.toThrow(/one of ratio, group, time/);
    await expect(open({ split: { by: 'group', column: 'usr', valid: 0.1, test: 0.1 } })).rejects.toThrow(
      /a column "usr"/,
    );
    await expect(open({ split: { by: 'ratio', valid: 0.9, test: 0.9 } })).rejects.toThrow(/leave rows for training/);
    await expect(open({ split: { by: 'ratio', valid: 0.1, tests: 0.1 } })).rejects.toThrow(/did you mean "test"\?/);
    await expect(open({ negativeKeepRate: 0 })).rejects.toThrow(/a negativeKeepRate in \(0, 1\]/);
    await expect(open({ clean: { ranges: { x: {} } } })).rejects.toThrow(/min or max for "x"/);
    await expect(open({ clean: { ranges: { y: { min: 0 } } } })).rejects.toThrow(/a column "y"/);
    await expect(open({ clean: { ranges: { x: { min: 100 } } } })).rejects.toThrow(
      /expected rows that stay, got "none"/,
    );
    await expect(open({ lable: 'click' })).rejects.toThrow(/did you mean "label"\?/);
    await expect(openDataset(path)).rejects.toThrow(/a label or a schema, got "neither"/);
  });

  test('joins that would lose or multiply rows', async () => {
    const from = await file('user,click\nu1,1\nu2,0\n');
    const twice = await file('user,age\nu1,30\nu1,31\n');
    const join = (source: string, on: unknown): Source => ({ from, joins: [{ source, on } as never] });
    await expect(openDataset(join(twice, 'user'), { label: 'click' })).rejects.toThrow(
      /one row to a key.*column "user", value "u1"/,
    );
    await expect(openDataset(join(twice, 'usr'), { label: 'click' })).rejects.toThrow(
      /a column "usr".*did you mean "user"/,
    );
    await expect(openDataset(join(twice, 3), { label: 'click' })).rejects.toThrow(/a column, or a pair of columns/);
    const same = await file('user,click\nu1,1\n');
    await expect(openDataset(join(same, 'user'), { label: 'click' })).rejects.toThrow(
      /names that differ, got "click"; give the join a `prefix`/,
    );
  });
});

test('20-digit integers survive as text', async () => {
  const data = await openDataset(
    await file('x,city,click\n1,12345678901234567890,1\n2,12345678901234567891,0\n'),
    options,
  );
  expect(data.schema.vocabularies.city).toEqual(['12345678901234567890', '12345678901234567891']);
});

describe('quarantine', () => {
  test('holds every bad row whole, with its line; the others are encoded', async () => {
    const content = 'x,city,click\n1,a,1\noops,"b, c",0\n2,b,0\n3\n4,a,maybe\n5,a,1\n';
    const path = await file(content);
    const quarantine = join(folder, 'quarantine.jsonl');
    await appendFile(quarantine, '{"file":"earlier.csv","line":2,"reason":"of an earlier reading"}\n');
    const data = await openDataset(path, { ...options, onBadRow: { quarantine } });
    const lines = (await readFile(quarantine, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as object); // prettier-ignore
    expect(lines).toMatchObject([
      { file: path, line: 5, text: '3' },
      { file: path, line: 3, column: 'x', value: 'oops', content: { x: 'oops', city: 'b, c', click: '0' } },
      { file: path, line: 6, column: 'click', value: 'maybe', content: { x: '4' } },
    ]);
    expect(data.summary.dropped).toEqual({ malformed: 1, bad: 2 });
    expect(data.train.numRows).toBe(3);
  });

  test.runIf(existsSync('/dev/full'))('a device that is full is an error, not a loss', async () => {
    const path = await file('x,city,click\n1,a,1\noops,b,0\n2,b,0\n');
    await expect(openDataset(path, { ...options, onBadRow: { quarantine: '/dev/full' } })).rejects.toThrow(
      /quarantine: expected a place that can be written, got a device that is full \(ENOSPC\).*\/dev\/full/,
    );
  });

  test('a place that cannot be written is said at the start', async () => {
    const path = await file('x,city,click\n1,a,1\n2,b,0\n');
    await expect(openDataset(path, { ...options, onBadRow: { quarantine: join(path, 'bad.jsonl') } })).rejects.toThrow(
      /quarantine: expected a place that can be written, got a path through something that is no folder/,
    );
  });
});

describe('encoding leaves nothing half done', () => {
  const csv = `x,city,click\n${Array.from({ length: 300 }, (_, i) => `${i},c${i % 9},${i % 2}`).join('\n')}\n`;
  const hidden = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.tmp'));

  test('a bad row in the last part', async () => {
    const encodedFolder = join(folder, 'never');
    const path = await file(`${csv}oops,a,1\n`);
    await expect(openDataset(path, { ...options, encodedFolder })).rejects.toThrow(/line 302/);
    expect([existsSync(encodedFolder), await hidden()]).toEqual([false, []]);
  });

  test('a folder that cannot be written', async () => {
    const path = await file(csv);
    await expect(openDataset(path, { ...options, encodedFolder: join(path, 'encoded') })).rejects.toThrow(
      /openDataset: expected a place that can be written, got (a path through something that is no folder|a file).*\(E\w+\)/,
    );
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    // Whoever may write everywhere (root) is not held up by the mode.
    const allowed = await writeFile(join(locked, 'probe'), '').then(() => true, () => false); // prettier-ignore
    if (!allowed)
      await expect(openDataset(path, { ...options, encodedFolder: join(locked, 'encoded') })).rejects.toThrow(/EACCES/);
  });

  test('an earlier encoding stays when a new one fails', async () => {
    const encodedFolder = join(folder, 'kept');
    const path = await file(csv);
    await openDataset(path, { ...options, encodedFolder });
    await appendFile(path, 'oops,a,1\n');
    await expect(openDataset(path, { ...options, encodedFolder })).rejects.toThrow(/line 302/);
    expect((await openEncoded(encodedFolder, { verify: true })).train.numRows).toBe(300);
    expect(await hidden()).toEqual([]);
  });

  test('damaged files are named', async () => {
    const encodedFolder = join(folder, 'damaged');
    await openDataset(await file(csv), { ...options, encodedFolder });
    const read = async (): Promise<void> => {
      const { train } = await openEncoded(encodedFolder);
      for await (const batch of train.batches({ batchSize: 64, shuffle: randomKey(1) })) expect(batch.numRows).toBeLessThanOrEqual(64); // prettier-ignore
    };
    await read();
    const part = join(encodedFolder, 'train-00000.arrow');
    const bytes = await readFile(part);
    const damage = async (damaged: Uint8Array, message: RegExp): Promise<void> => {
      await writeFile(part, damaged);
      await expect(read()).rejects.toThrow(message);
    };
    await damage(Buffer.alloc(bytes.length), /train-00000.arrow: expected an Arrow IPC file/);
    const other = await encodedToArrow({ numRows: 300, ids: { other: new Int32Array(300) }, values: {}, lists: {} });
    await damage(
      Buffer.concat([other, Buffer.alloc(Math.max(0, bytes.length - other.length))]),
      /train-00000.arrow: expected/,
    );
    await writeFile(part, bytes);

    const manifest = join(encodedFolder, 'manifest.json');
    const text = await readFile(manifest, 'utf8');
    const json = JSON.parse(text) as { parts: { train: { files: object[] } } };
    for (const [damaged, message] of [
      ['{', /manifest.json: expected JSON/],
      ['null', /expected format ctrflow-dataset/],
      [JSON.stringify({ ...json, version: 99 }), /expected version 1, got 99; update ctrflow/],
      [JSON.stringify({ ...json, parts: undefined }), /manifest.json: expected parts and a summary/],
      [JSON.stringify({ ...json, parts: {} }), /a part "train"/],
      [JSON.stringify({ ...json, fingerprint: 'x' }), /schema.json: expected schema x/],
    ] as const) {
      await writeFile(manifest, damaged);
      await expect(openEncoded(encodedFolder)).rejects.toThrow(message);
    }
    await writeFile(manifest, text);
    await writeFile(join(encodedFolder, 'schema.json'), '{');
    await expect(openEncoded(encodedFolder)).rejects.toThrow(/schema.json: expected JSON/);
    await rm(join(encodedFolder, 'schema.json'));
    await expect(openEncoded(encodedFolder)).rejects.toThrow(/schema.json: expected a file/);
  });

  test('an Arrow file cut anywhere is refused or whole', async () => {
    const rows = { numRows: 3, ids: { a: Int32Array.of(1, 2, 3) }, values: {}, lists: {} };
    const bytes = await encodedToArrow(rows);
    for (let length = 0; length < bytes.length; length += 7)
      expect(() => encodedFromArrow(bytes.subarray(0, length), 'cut')).toThrow(/cut: expected an Arrow IPC file/);
    expect(encodedFromArrow(bytes, 'whole')).toEqual(rows);
  });
});

describe('other rows for a fitted schema', () => {
  test('without a column, or with other values', async () => {
    const { schema } = await openDataset(await file('x,city,click\n1,a,1\n2,b,0\n'), options);
    await expect(openRows(await file('x,town\n1,a\n'), schema)).rejects.toThrow(/a column "city" among x, town/);
    await expect(openRows(await file('x,city\n1,a\noops,b\n'), schema)).rejects.toThrow(/"oops".*line 3, column "x"/);
    await expect(openRows(await file('x,city\n1,a\n'), schema, { requireLabel: true })).rejects.toThrow(
      /a column "click"/,
    );
  });
});

describe('the reader for browsers', () => {
  test.each<[string, string, RegExp]>([
    ['ragged', 'a,b\n1,2\n3\n', /tableFromCsv: expected 2 fields, got 1 \(line 3\)/],
    ['open quote', 'a,b\n1,"2\n3,4\n', /a quote that is closed, got .* \(line 2\)/],
    ['twice', 'a,a\n1,2\n', /column names that differ/],
    ['header only', 'a,b\n', /expected rows, got "none"/],
    ['nothing', '', /tableFromCsv: expected/],
  ])('%s', (_, text, message) => {
    expect(() => tableFromCsv(text, { expectedNames: ['a'] })).toThrow(message);
  });
});
