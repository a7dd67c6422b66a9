import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { randomKey } from '@ctrflow/core';
import { createFitter } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import { dataFolder, textColumn } from '@ctrflow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowSource } from '../src/index';
import { inspectSource, openDataset, openRows } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-data-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function all(rows: RowSource | undefined): Promise<EncodedColumns> {
  for await (const batch of rows?.batches({ batchSize: 1e9 }) ?? []) return batch;
  throw new Error('no rows');
}

/** Ids with leading zeros, 20 digits, quotes, CRLF and a byte order mark: what type sniffing gets wrong. */
function clicks(numRows: number, newline = '\n'): string {
  const lines = Array.from({ length: numRows }, (_, i) =>
    [
      `00${i % 7}`,
      `1234567890123456789${i % 3}`,
      `"a, ""${i % 5}"""`,
      i % 11 === 0 ? '?' : i / 4,
      i % 3 === 0 ? 1 : 0,
    ].join(','),
  );
  return ['user,item,text,price,click', ...lines, ''].join(newline);
}

const options = { label: 'click', split: { by: 'none' } } as const;

describe('reading', () => {
  test('ids keep their digits, and the file reader and the schema agree', async () => {
    const path = await file('clicks.csv', `\uFEFF${clicks(500, '\r\n')}`);
    const data = await openDataset(path, { ...options, nullValues: ['?'] });
    expect(data.schema.vocabularies.user).toEqual(['000', '001', '002', '003', '004', '005', '006'].sort());
    expect(data.schema.vocabularies.item.every((value) => value.length === 20)).toBe(true);
    expect(data.schema.vocabularies.text).toContain('a, "3"');
    const rows = await all(data.train);
    // The same rows through plain arrays, without DuckDB.
    const column = (of: (i: number) => string): ReturnType<typeof textColumn> =>
      textColumn(Array.from({ length: 500 }, (_, i) => of(i)));
    const columns = {
      user: column((i) => `00${i % 7}`),
      item: column((i) => `1234567890123456789${i % 3}`),
      text: column((i) => `a, "${i % 5}"`),
      price: column((i) => (i % 11 === 0 ? '?' : String(i / 4))),
      click: column((i) => (i % 3 === 0 ? '1' : '0')),
    };
    const fitter = createFitter(data.schema.spec);
    fitter.add({ numRows: 500, columns });
    const plain = fitter.finish();
    expect(plain.fingerprint).toBe(data.schema.fingerprint);
    expect(rows).toEqual(plain.encode({ numRows: 500, columns }));
  });

  test.each([
    ['clicks.csv.gz', (text: string) => gzipSync(text)],
    ['clicks.tsv', (text: string) => text.replaceAll(/,(?! )/g, '\t')],
    ['clicks.txt', (text: string) => `# a comment\n${text}`],
  ])('%s', async (name, convert) => {
    const plain = await openDataset(await file('plain.csv', clicks(60)), { ...options, nullValues: ['?'] });
    const path = await file(name, convert(clicks(60)));
    const data = await openDataset(path, { ...options, nullValues: ['?'], dialect: { comment: '#' } });
    expect(await all(data.train)).toEqual(await all(plain.train));
  });

  test('a file without a header takes the names given', async () => {
    const names = ['user', 'item', 'text', 'price', 'click'];
    const path = await file('headless.csv', clicks(60).split('\n').slice(1).join('\n'));
    const data = await openDataset(path, { ...options, nullValues: ['?'], dialect: { names } });
    expect(data.train.numRows).toBe(60);
  });

  test('a query joins files', async () => {
    const users = await file('users.csv', 'id,age\n1,30\n2,40\n');
    const log = await file('log.csv', 'id,click\n1,1\n2,0\n1,0\n');
    const sql = `SELECT l.click, u.age FROM read_csv('${log}') l JOIN read_csv('${users}') u USING (id)`;
    const data = await openDataset({ sql }, options);
    expect(data.train.numRows).toBe(3);
  });

  test('rows for a prediction come in the order of the file, labels not needed', async () => {
    const data = await openDataset(await file('train.csv', clicks(300)), { ...options, nullValues: ['?'] });
    const lines = clicks(300).split('\n').map((line) => line.slice(0, line.lastIndexOf(','))); // prettier-ignore
    const rows = await openRows(await file('new.csv', lines.join('\n')), data.schema);
    const [scored, trained] = [await all(rows), await all(data.train)];
    expect(scored.ids).toEqual(trained.ids);
    expect(scored.targets).toBeUndefined();
  });
});

describe('splits', () => {
  test('adding rows moves no old row', async () => {
    const text = clicks(400).replaceAll(/,(\d)$/gm, (_, label: string, at: number) => `${at},${label}`);
    const split = { by: 'ratio', valid: 0.2, test: 0.2 } as const;
    const open = (rows: string) =>
      file('split.csv', rows).then((path) => openDataset(path, { ...options, split, nullValues: ['?'] }));
    const [few, many] = [await open(text.split('\n').slice(0, 250).join('\n')), await open(text)];
    const [fewTest, manyTest] = [await all(few.test), await all(many.test)];
    expect(fewTest.numRows).toBeGreaterThan(20);
    // Rows stay in order, so the old test rows are the first of the new ones.
    expect(Array.from(manyTest.targets?.label ?? []).slice(0, fewTest.numRows)).toEqual(
      Array.from(fewTest.targets?.label ?? []),
    );
    expect(many.summary.numRows.train + many.summary.numRows.valid + many.summary.numRows.test).toBe(400);
  });

  test('by time, the test is the future', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `${(i * 37) % 100},${i % 9},${i % 2}`);
    const path = await file('time.csv', `ts,x,click\n${lines.join('\n')}\n`);
    const schema = {
      fields: [{ name: 'x', kind: 'categorical' as const }],
      label: { column: 'click' },
      time: { column: 'ts', format: 'unix-seconds' as const },
    };
    const data = await openDataset(path, { schema, split: { by: 'time', column: 'ts', valid: 0.1, test: 0.2 } });
    const times = async (rows: RowSource | undefined): Promise<number[]> => Array.from((await all(rows)).time ?? []);
    const [train, valid, held] = [await times(data.train), await times(data.valid), await times(data.test)];
    expect([train.length, valid.length, held.length]).toEqual([70, 10, 20]);
    expect(Math.max(...train)).toBeLessThan(Math.min(...valid));
    expect(Math.max(...valid)).toBeLessThan(Math.min(...held));
  });
});

test('shuffled batches hold every row once, the same way for a key, and can begin later', async () => {
  const data = await openDataset(await file('batches.csv', clicks(250)), { ...options, nullValues: ['?'] });
  const batches = async (seed: number, startBatch = 0): Promise<number[][]> => {
    const out: number[][] = [];
    const given = { batchSize: 32, shuffle: randomKey(seed), startBatch };
    for await (const batch of data.train.batches(given)) out.push(Array.from(batch.values.price));
    return out;
  };
  const [one, again, other] = [await batches(1), await batches(1), await batches(2)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
  expect(await batches(1, 3)).toEqual(one.slice(3));
  const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
  expect(sorted(one.flat())).toEqual(sorted((await all(data.train)).values.price));
});

describe('bad input says where and what to do', () => {
  const cases: [string, string, string, object, RegExp][] = [
    ['no file', 'none.csv', '', {}, /expected a file that exists/],
    ['empty file', 'empty.csv', '', {}, /got an empty file \(file .*empty.csv\)/],
    ['header only', 'header.csv', 'x,click\n', {}, /expected rows, got none/],
    ['ragged row', 'ragged.csv', 'x,click\na,1\nb,0,9\nc,0\n', {}, /Expected Number of Columns: 2.*line 3/],
    [
      'missing label',
      'label.csv',
      'x,clik\na,1\nb,0\n',
      {},
      /a column "click" among x, clik, got "none"; did you mean "clik"\?/,
    ],
    [
      'unknown label',
      'labels.csv',
      'x,click\na,1\nb,0\nc,7\na,1\n',
      {},
      /label: expected one of .* got "7".*column "click", value "7"/,
    ],
    ['one class', 'class.csv', 'x,click\na,1\nb,1\n', {}, /expected both labels in the train part, got "only label 1"/],
    [
      'column twice',
      'twice.csv',
      'x,x,click\n1,2,1\n3,4,0\n',
      {},
      /expected column names that differ, got "\\"x\\" twice"/,
    ],
    ['bad option', 'option.csv', 'x,click\na,1\nb,0\n', { lable: 'x' }, /did you mean "label"\?/],
    [
      'bad split',
      'ratio.csv',
      'x,click\na,1\nb,0\n',
      { split: { by: 'ratio', valid: 0.6, test: 0.6 } },
      /leave rows for training/,
    ],
  ];
  test.each(cases)('%s', async (_, name, content, extra, message) => {
    const path = name === 'none.csv' ? join(folder, name) : await file(name, content);
    await expect(openDataset(path, { ...options, ...extra })).rejects.toThrow(message);
  });

  test('a truncated gzip', async () => {
    const path = await file('cut.csv.gz', gzipSync(clicks(5000)).subarray(0, 2000));
    await expect(openDataset(path, options)).rejects.toThrow(
      /expected a whole gzip file, got a damaged or truncated one.*cut.csv.gz/,
    );
  });

  test('a number that is none fails, is skipped, or goes to the quarantine', async () => {
    const path = await file('number.csv', 'x,click\n1.5,1\nabc,0\n2.5,0\n3.5,1\n');
    const schema = { fields: [{ name: 'x', kind: 'numeric' as const }], label: { column: 'click' } };
    const open = { ...options, schema };
    await expect(openDataset(path, open)).rejects.toThrow(/field "x": expected a finite number.*"abc".*column "x"/);
    const skipped = await openDataset(path, { ...open, onBadRow: 'skip' });
    expect(skipped.summary.dropped).toEqual({ bad: 1 });
    expect(skipped.train.numRows).toBe(3);
    const quarantine = join(folder, 'bad.jsonl');
    await openDataset(path, { ...open, onBadRow: { quarantine } });
    expect(JSON.parse(await readFile(quarantine, 'utf8'))).toMatchObject({ column: 'x', value: 'abc' });
  });
});

// Without the data sets these are shown as skipped.
describe('real data', () => {
  const [bank, adult, criteo] = ['bank_marketing', 'adult', 'criteo_10k'].map((name) => dataFolder(name) ?? '');

  test.skipIf(bank === '')('bank marketing: a member of a zip archive, listed when none is named', async () => {
    const zip = join(bank, 'bank-additional.zip');
    await expect(openDataset(zip, { label: 'y' })).rejects.toThrow(
      /bank-additional\/bank-additional-full.csv, .*got "no member"/,
    );
    const data = await openDataset(`${zip}:bank-additional/bank-additional-full.csv`, {
      label: 'y',
      dropColumns: ['duration'],
    });
    expect(data.summary.numRows.read).toBe(41_188);
    expect(data.schema.slots.some(({ name }) => name === 'duration')).toBe(false);
  });

  test.skipIf(adult === '')('adult: its own test file, a comment line, labels with a full stop', async () => {
    const names = 'age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income'.split(','); // prettier-ignore
    const data = await openDataset(join(adult, 'adult.data.gz'), {
      label: { column: 'income', positive: ['>50K', '>50K.'] },
      test: join(adult, 'adult.test.gz'),
      split: { by: 'ratio', valid: 0.1, test: 0 },
      dialect: { names, comment: '|' },
    });
    expect(data.summary.numRows.read).toBe(32_561 + 16_281);
    expect(data.summary.positiveRate?.test).toBeCloseTo(3846 / 16_281, 6);
    expect(data.schema.spec.nullValues).toEqual(['?']);
  });

  test.skipIf(criteo === '')('criteo: no header, tabs; inference explains itself', async () => {
    const { spec, inferred } = await inspectSource(join(criteo, 'train_examples.tsv.gz'), { label: 'column1' });
    expect(spec.fields.filter(({ kind }) => kind === 'numeric').length).toBeGreaterThan(8);
    expect(inferred.every(({ reason }) => reason !== '')).toBe(true);
  });
});
