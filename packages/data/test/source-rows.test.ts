import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey } from '@ctrflow/core';
import type { EncodedColumns, SchemaSpec } from '@ctrflow/features';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchOptions, RowSource } from '../src/index';
import { openDataset } from '../src/node';
import type { OpenDatasetOptions } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-source-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NUM_ROWS = 500;

/** Every line says its own number. Times are in another order; each 50th age is none. */
async function numbered(name: string, first = 0): Promise<string> {
  const lines = Array.from({ length: NUM_ROWS }, (_, i) => {
    const n = first + i;
    const age = i % 50 === 49 ? 'old' : String(i % 80);
    return [n, `u${i % 13}`, age, (i * 37) % NUM_ROWS, (i * i) % 7 < 3 ? 1 : 0].join(',');
  });
  const path = join(folder, name);
  await writeFile(path, `${['n', 'user', 'age', 'at', 'click'].join(',')}\n${lines.join('\n')}\n`);
  return path;
}

const schema: SchemaSpec = {
  fields: [
    { name: 'n', kind: 'numeric', transform: 'none' },
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric', transform: 'none' },
  ],
  label: { column: 'click' },
  time: { column: 'at', format: 'unix-seconds' },
};

async function batchesOf(rows: RowSource | undefined, options: Partial<BatchOptions> = {}): Promise<EncodedColumns[]> {
  const batches: EncodedColumns[] = [];
  for await (const batch of rows?.batches({ batchSize: 64, ...options }) ?? []) {
    const { values, sourceRow } = batch; // their arrays may be used again
    batches.push({ ...batch, values: { n: values.n.slice() }, ...(sourceRow && { sourceRow: sourceRow.slice() }) });
  }
  return batches;
}

/** How the numbers that rows were read with differ from those that the lines say. */
async function differences(rows: RowSource | undefined, options: Partial<BatchOptions> = {}): Promise<number[]> {
  const batches = await batchesOf(rows, options);
  return batches.flatMap(({ sourceRow, values }) => Array.from(values.n, (n, i) => (sourceRow?.[i] ?? NaN) - n));
}

const zeros = (rows: RowSource | undefined): number[] => new Array<number>(rows?.numRows ?? -1).fill(0);

const cases: readonly (readonly [string, OpenDatasetOptions])[] = [
  ['a split by ratio', { split: { by: 'ratio', valid: 0.2, test: 0.2 } }],
  ['a split by time', { split: { by: 'time', column: 'at', valid: 0.2, test: 0.2 } }],
  ['a split by group', { split: { by: 'group', column: 'user', valid: 0.2, test: 0.2 } }],
  ['the last of each user', { split: { by: 'leave-last-out', group: 'user', time: 'at' } }],
  ['negatives dropped', { negativeKeepRate: 0.3 }],
  ['a limit', { limit: 200 }],
  [
    'rows out of range and duplicates dropped',
    { clean: { ranges: { at: { min: 100 } }, duplicates: ['user', 'age'] } },
  ],
];

// Planted bugs that this fails for: numbers of the table that a split or a cleaning made, numbers of all rows where bad ones or negatives are left out.
test.each(cases)('rows know their number in the file: %s', async (name, options) => {
  const path = await numbered('clicks.csv');
  const reading = { schema, onBadRow: 'skip', sourceRows: true, ...options } as const;
  const data = await openDataset(path, reading);
  expect(data.summary.dropped.bad).toBeGreaterThan(0);
  for (const rows of [data.train, data.valid, data.test]) expect(await differences(rows)).toEqual(zeros(rows));
  expect(await differences(data.train, { shuffle: randomKey(3) })).toEqual(zeros(data.train));
  const kept = await openDataset(path, { ...reading, encodedFolder: join(folder, name) });
  const again = await openDataset(path, { ...reading, encodedFolder: join(folder, name) });
  expect(again.summary.reused).toBe(true);
  for (const { train, valid, test: last } of [kept, again])
    for (const rows of [train, valid, last]) expect(await differences(rows)).toEqual(zeros(rows));
  expect(await differences(kept.train, { shuffle: randomKey(3) })).toEqual(zeros(kept.train));
});

// Planted bug that this fails for: parts that are files of their own numbered on from one another.
test('rows of several files are numbered through, those of another part from 0', async () => {
  const files = [await numbered('one.csv'), await numbered('two.csv', NUM_ROWS)];
  const data = await openDataset(files, {
    ...{ schema, onBadRow: 'skip', sourceRows: true },
    test: await numbered('three.csv'),
  });
  expect(data.summary.numRows.read).toBe(3 * NUM_ROWS);
  for (const rows of [data.train, data.valid, data.test]) expect(await differences(rows)).toEqual(zeros(rows));
});

test('rows in memory have numbers too, and none has where nobody asks', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => ({ n, user: 'u', age: 1, at: n, click: n % 2 }));
  const data = await openDataset({ rows }, { schema, sourceRows: true, split: { by: 'none' } });
  expect(await differences(data.train)).toEqual(zeros(data.train));
  const plain = await openDataset({ rows }, { schema, split: { by: 'none' } });
  expect((await batchesOf(plain.train))[0].sourceRow).toBeUndefined();
});

// Planted bug that this fails for: the second chunk of a part numbered from its own beginning.
test('numbers go on from chunk to chunk', async () => {
  const numRows = 140_000;
  const sql = `SELECT i AS n, 'u' AS user, 1 AS age, i AS at, i % 2 AS click FROM range(${numRows}) AS r(i)`;
  const data = await openDataset({ sql }, { schema, sourceRows: true, split: { by: 'ratio', valid: 0.02, test: 0 } });
  for (const part of [data.train, data.valid]) {
    const found = await differences(part, { batchSize: 2 ** 20 });
    expect(found.length).toBe(part?.numRows);
    expect(found.filter((difference) => difference !== 0)).toEqual([]);
  }
});
