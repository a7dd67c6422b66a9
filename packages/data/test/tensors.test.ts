import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomKey } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { concatColumns, encodedFromArrow, encodedToArrow, rowsInMemory, takeRows } from '../src/index';
import { openDataset, openEncoded } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-tensors-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Row r has the tensors [r, r + 1] and [-r, 0, 1]. */
const rows = (from: number, to: number): EncodedColumns => {
  const row = Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    numRows: row.length,
    ids: { id: row },
    values: {},
    lists: {},
    tensors: {
      bytes: Uint8Array.from([...row].flatMap((r) => [r, r + 1])),
      '@odd': Float32Array.from([...row].flatMap((r) => [-r, 0, 1])),
      whole: row.map((r) => 2 * r),
    },
  };
};

// Planted bugs that this fails for: rows cut as if they had one number; a file that keeps bytes as float32.
test('tensors stay with their rows: cut, taken, joined, shuffled, stored', async () => {
  const all = rows(0, 40);
  expect(concatColumns([rows(0, 3), rows(3, 40)])).toEqual(all);
  expect(takeRows(all, Uint32Array.of(7, 2)).tensors?.bytes).toEqual(Uint8Array.of(7, 8, 2, 3));
  expect(encodedFromArrow(await encodedToArrow(all), 'test')).toEqual(all);
  for (const shuffle of [undefined, randomKey(3)]) {
    let seen = 0;
    for await (const batch of rowsInMemory(all).batches({ batchSize: 7, ...(shuffle && { shuffle }) })) {
      const { ids, tensors } = batch;
      ids.id.forEach((r, b) => {
        expect([...tensors!.bytes.subarray(2 * b, 2 * b + 2)]).toEqual([r, r + 1]);
        expect([...tensors!['@odd'].subarray(3 * b, 3 * b + 3)]).toEqual([-r, 0, 1]);
      });
      seen += batch.numRows;
    }
    expect(seen).toBe(40);
  }
});

const lines = Array.from({ length: 30 }, (_, r) => ({ y: r % 2, picture: [[[r, 1], [2, 3]]], vector: [r / 2, -1] })); // prettier-ignore
const schema = {
  fields: [
    { name: 'picture', kind: 'tensor', shape: [1, 2, 2], dtype: 'uint8' },
    { name: 'vector', kind: 'tensor', shape: [2] },
  ],
  label: { column: 'y' },
} as const;

test('JSON lines, Parquet lists and arrays, and rows in memory give the same encoded folders', async () => {
  const json = join(folder, 'rows.jsonl');
  await writeFile(json, lines.map((line) => JSON.stringify(line)).join('\n'));
  const sql = `SELECT y, picture, CAST(vector AS FLOAT[2]) AS vector FROM read_json('${json}')`;
  for (const [i, source] of [json, { sql }, { rows: lines }].entries()) {
    const data = await openDataset(source, { schema, split: { by: 'none' }, encodedFolder: join(folder, `out${i}`) });
    const stored = await openEncoded(join(folder, `out${i}`), { verify: true });
    for (const { train } of [data, stored]) {
      const batches: EncodedColumns[] = [];
      for await (const batch of train.batches({ batchSize: 11 })) batches.push(batch);
      const { tensors } = concatColumns(batches);
      expect(tensors?.picture).toEqual(Uint8Array.from(lines.flatMap(({ picture }) => picture.flat(2))));
      expect(tensors?.vector).toEqual(Float32Array.from(lines.flatMap(({ vector }) => vector)));
    }
  }
});

test('a tensor of another size is a bad row, by file, column and value', async () => {
  const json = join(folder, 'bad.jsonl');
  const bad = lines.map((line, r) => (r === 4 ? { ...line, vector: [1, 2, 3] } : line));
  await writeFile(json, bad.map((line) => JSON.stringify(line)).join('\n'));
  await expect(openDataset(json, { schema, split: { by: 'none' } })).rejects.toThrow(
    /field "vector": expected 2 numbers of shape \[2\], got "3".*"vector"/,
  );
});
