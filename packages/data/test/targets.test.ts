import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { randomKey } from '@ctrflow/core';
import type { EncodedColumns, TargetSpec } from '@ctrflow/features';
import { encodedFromArrow, encodedToArrow } from '../src/index';
import type { RowSource } from '../src/index';
import { openDataset, openEncoded, openRows } from '../src/node';

const folder = mkdtempSync(join(tmpdir(), 'ctrflow-targets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const numRows = 300;
const row = (i: number): { x: number; city: string; click: string; order: string; spend: string } => ({
  x: i,
  city: `c${i % 7}`,
  click: String(i % 2),
  order: i % 2 === 1 ? String(Number(i % 5 === 0)) : '', // only what was clicked is known to be bought or not
  spend: i % 3 === 0 ? '' : String(i / 4),
});
const rows = Array.from({ length: numRows }, (_, i) => row(i));
const file = join(folder, 'clicks.csv');
writeFileSync(
  file,
  ['x,city,click,order,spend', ...rows.map((each) => Object.values(each).join(','))].join('\n') + '\n',
);

const targets: readonly TargetSpec[] = [
  { name: 'click', kind: 'binary' },
  { name: 'purchase', kind: 'binary', column: 'order' },
  { name: 'spend', kind: 'number' },
];

async function all(source: RowSource, shuffled = false): Promise<Required<EncodedColumns>['targets'][]> {
  const found: Required<EncodedColumns>['targets'][] = [];
  const options = { batchSize: 64, ...(shuffled && { shuffle: randomKey(3) }) };
  for await (const { targets: of = {}, values } of source.batches(options)) found.push({ ...of, x: values.x });
  return found;
}

/** What a row must carry, by its x as `transform: none` keeps it. */
function expectTargets(found: readonly Required<EncodedColumns>['targets'][]): void {
  expect(found.reduce((sum, { x }) => sum + x.length, 0)).toBe(numRows);
  for (const { x, click, purchase, spend } of found) {
    Array.from(x, (i) => row(i)).forEach((wanted, place) => {
      const number = (text: string): number => (text === '' ? NaN : Math.fround(Number(text)));
      expect([click[place], purchase[place], spend[place]]).toEqual(
        [wanted.click, wanted.order, wanted.spend].map(number),
      );
    });
  }
}

const schema = { fields: [{ name: 'x', kind: 'numeric' as const, transform: 'none' as const }], targets };

test('several targets come through reading, batches in order and shuffled, and an encoded folder', async () => {
  const data = await openDataset(file, { schema, split: { by: 'none' } });
  expect(data.train.targets).toEqual(['click', 'purchase', 'spend']);
  expectTargets(await all(data.train));
  expectTargets(await all(data.train, true));
  const encodedFolder = join(folder, 'encoded');
  const stored = await openDataset(file, { schema, split: { by: 'none' }, encodedFolder });
  expect(stored.train.targets).toEqual(['click', 'purchase', 'spend']);
  expectTargets(await all(stored.train, true));
  expect((await openEncoded(encodedFolder)).summary.targets).toEqual(data.summary.targets);
});

test('the summary says what the parts hold of each target', async () => {
  const { summary } = await openDataset(file, { schema, split: { by: 'none' } });
  const known = rows.filter(({ order }) => order !== '');
  const spent = rows.filter(({ spend }) => spend !== '').map(({ spend }) => Number(spend));
  expect(summary.positiveRate).toEqual({ train: 0.5 });
  expect(summary.targets).toEqual({
    click: { kind: 'binary', train: { numRows, mean: 0.5 } },
    purchase: {
      kind: 'binary',
      train: { numRows: known.length, mean: known.filter(({ order }) => order === '1').length / known.length },
    },
    spend: {
      kind: 'number',
      train: { numRows: spent.length, mean: spent.reduce((sum, each) => sum + each, 0) / spent.length },
    },
  });
});

test('a schema is inferred around the targets, and their columns are needed', async () => {
  const { schema: inferred } = await openDataset(file, { targets, split: { by: 'none' } });
  expect(inferred.spec.fields.map(({ name }) => name)).toEqual(['city']);
  expect(inferred.targets.map(({ name }) => name)).toEqual(['click', 'purchase', 'spend']);
  const missing = openDataset(file, { targets: [{ name: 'rating', kind: 'number' }] });
  await expect(missing).rejects.toThrow(/rating/);
  const scored = join(folder, 'scored.csv');
  writeFileSync(scored, 'city\nc1\nc2\n');
  expect((await openRows(scored, inferred)).targets).toEqual([]);
  await expect(openRows(scored, inferred, { requireLabel: true })).rejects.toThrow(/click/);
});

test('a part with one value of a binary target is refused by name', async () => {
  const one = join(folder, 'one.csv');
  writeFileSync(one, 'x,click,order\n1,1,1\n2,0,\n3,1,1\n');
  const open = (binary: readonly TargetSpec[]): Promise<unknown> =>
    openDataset(one, { schema: { ...schema, targets: binary }, split: { by: 'none' } });
  await expect(open(targets.slice(0, 2))).rejects.toThrow(
    /expected both values of target "purchase" in the train part, got "only value 1"; check the target/,
  );
  writeFileSync(one, 'x,click,order\n1,1,\n2,0,\n3,1,\n');
  await expect(open(targets.slice(0, 2))).rejects.toThrow(
    /target "purchase" in the train part, got "no row that has it"/,
  );
});

test('negatives are left out of one binary target only', async () => {
  const open = (some: readonly TargetSpec[]): Promise<unknown> =>
    openDataset(file, { schema: { ...schema, targets: some }, split: { by: 'none' }, negativeKeepRate: 0.5 });
  await expect(open(targets.slice(0, 2))).rejects.toThrow(
    /expected one target, a binary one, with negativeKeepRate, got "click \(binary\), purchase \(binary\)"/,
  );
  await expect(open(targets.slice(2))).rejects.toThrow(/got "spend \(number\)"/);
  await open(targets.slice(0, 1));
});

test('Arrow files name targets; the label keeps its old column, and folders of before are read', async () => {
  const none = { ids: {}, values: {}, lists: {} };
  const columns: EncodedColumns = {
    numRows: 2,
    ...none,
    targets: { label: Float32Array.of(0, 1), 'a-b': Float32Array.of(NaN, 2) },
  };
  const bytes = await encodedToArrow(columns);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain('@label');
  expect(text).toContain('@target:a-b');
  expect(encodedFromArrow(bytes, 'test').targets).toEqual(columns.targets);

  const encodedFolder = join(folder, 'old');
  const label = { fields: schema.fields, label: { column: 'click' } };
  await openDataset(file, { schema: label, split: { by: 'none' }, encodedFolder });
  const path = join(encodedFolder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as {
    summary: { targets?: unknown };
    parts: { train: { files: unknown; hasLabel?: boolean } };
  };
  // As manifests were before there were targets.
  delete manifest.summary.targets;
  manifest.parts.train = { hasLabel: true, files: manifest.parts.train.files };
  writeFileSync(path, JSON.stringify(manifest));
  const { train } = await openEncoded(encodedFolder);
  expect(train.targets).toEqual(['label']);
  for await (const batch of train.batches({ batchSize: 10 })) expect(batch.targets?.label).toHaveLength(10);
});
