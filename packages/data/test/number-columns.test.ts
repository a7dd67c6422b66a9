import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFitter } from '@ctrflow/features';
import type { EncodedColumns, SchemaSpec } from '@ctrflow/features';
import { textColumn } from '@ctrflow/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RowSource } from '../src/index';
import { openDataset, openRows } from '../src/node';
import type { OpenDatasetOptions } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-numbers-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function all(rows: RowSource): Promise<EncodedColumns> {
  for await (const batch of rows.batches({ batchSize: 1e9 })) return batch;
  throw new Error('no rows');
}

const spec: SchemaSpec = {
  fields: [
    { name: 'row', kind: 'hashed', numBuckets: 1e6 },
    { name: 'x', kind: 'numeric', transform: 'none', missing: -7 },
    { name: 'y', kind: 'numeric', transform: 'standard', missingIndicator: true },
  ],
  label: { column: 'click' },
  nullValues: ['?', '-999'],
};

/** What spells a number, what stands for a missing one, and what DuckDB alone would take for a number. */
const cell = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('1', '-2.5', '+3', '.5', '7.', '1e3', ' 4 ', '\t5', '007', '-0') },
  { weight: 4, arbitrary: fc.constantFrom('', ' ', '?', ' ? ', '-999') },
  { weight: 1, arbitrary: fc.constantFrom('1_000', 'inf', '-Infinity', 'nan', '0x1f', '1e39', 'x', '1 2') },
);

// Every way by which numbers come out of a text file: made while it is loaded, while rows are split, and cast while they are read.
const ways: Readonly<Record<string, Partial<OpenDatasetOptions>>> = {
  'loaded as numbers': { split: { by: 'none' } },
  'made numbers by a split': { split: { by: 'ratio', valid: 0, test: 0 } },
  'cast when read': { split: { by: 'none' }, clean: { ranges: { click: { min: 0 } } } },
};

/** The rows that can be read, and what is wrong with the others, by the schema alone. */
function byTheSchema(cells: readonly (readonly [string, string])[]): { encoded: EncodedColumns; bad: number[] } {
  const columns = {
    row: textColumn(cells.map((_, i) => `r${i}`)),
    x: textColumn(cells.map(([x]) => x)),
    y: textColumn(cells.map(([, y]) => y)),
    click: textColumn(cells.map((_, i) => String(i % 2))),
  };
  const table = { numRows: cells.length, columns };
  const fitter = createFitter(spec);
  fitter.add(table, () => undefined);
  const bad = new Set<number>();
  const encoded = fitter.finish().encode(table, ({ row }) => bad.add(row));
  return { encoded, bad: [...bad].sort((a, b) => a - b) };
}

// Planted bugs seen by it: `contains '_'` left out; a marker that is a number (-999) kept as one; a column with a bad value that stays DOUBLE.
test.each(Object.entries(ways))('numbers %s are those of the schema', async (_, way) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 2, maxLength: 12 }), async (cells) => {
      const { encoded, bad } = byTheSchema(cells);
      fc.pre(new Set(cells.flatMap((__, i) => (bad.includes(i) ? [] : [i % 2]))).size === 2);
      const path = join(folder, 'numbers.csv');
      await writeFile(path, `row,x,y,click\n${cells.map(([x, y], i) => `r${i},${x},${y},${i % 2}\n`).join('')}`);
      const quarantine = join(folder, 'bad.jsonl');
      const data = await openDataset(path, { schema: spec, ...way, onBadRow: { quarantine } });
      const rows = await all(data.train);
      const good = cells.flatMap((__, i) => (bad.includes(i) ? [] : [i]));
      const kept = (values: Float32Array): Float32Array => Float32Array.from(good, (i) => values[i]);
      expect(rows.values.x).toEqual(kept(encoded.values.x));
      expect(rows.values['y:missing']).toEqual(kept(encoded.values['y:missing']));
      expect(rows.values.y).toEqual(kept(encoded.values.y));
      const lines = (await readFile(quarantine, 'utf8')).split('\n').filter((line) => line !== '');
      const found = lines.map((line) => JSON.parse(line) as { line: number; content: Record<string, unknown> });
      expect(found.map(({ line }) => line - 2)).toEqual(bad);
      expect(found.map(({ content }) => content.row)).toEqual(bad.map((i) => `r${i}`));
    }),
    { numRuns: 40 },
  );
});

test('rows for a prediction are loaded as numbers too, and a bad one is found where it is', async () => {
  const path = join(folder, 'rows.csv');
  await writeFile(path, 'row,x,y,click\na,1,2,1\nb,?,3,0\n');
  const { schema } = await openDataset(path, { schema: spec, split: { by: 'none' } });
  const rows = await all(await openRows(path, schema));
  expect([...rows.values.x]).toEqual([1, -7]);
  await writeFile(path, 'row,x,y,click\na,1,2,1\nb,1_000,3,0\n');
  await expect(openRows(path, schema)).rejects.toThrow(
    /field "x": expected a finite number.*"1_000".*line 3, column "x"/,
  );
});
