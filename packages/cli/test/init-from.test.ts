import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CtrModel } from '@ctrflow/model-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadRun } from '../src/steps/run-folder';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-init-from-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Cities `c<first>` and up, the later the more often, so that ids change their order when cities are added. */
function csv(first: number, numCities: number): string {
  const lines: string[] = [];
  for (let city = first; city < first + numCities; city++)
    for (let i = 0; i < 20 + 4 * city; i++) lines.push(`${(i + city) % 3 === 0 ? 1 : 0},c${city}`);
  return ['click,city', ...lines].join('\n');
}

const train = (file: string, out: string, more: string): string[] =>
  `train ${join(root, file)} --label click --split by=none --embedding-dim 4 --embedding-std-dev 0.1 --out ${join(root, out)} --model fm ${more}`.split(' '); // prettier-ignore

beforeAll(async () => {
  writeFileSync(join(root, 'old.csv'), csv(0, 5));
  writeFileSync(join(root, 'new.csv'), csv(2, 6)); // two cities are gone, three are new
  const { code, err } = await runMain(train('old.csv', 'old', '--epochs 20 --learning-rate 0.05 --seed 7'));
  expect(code, err).toBe(0);
});

/** The rows of a table by value. */
function rowsByValue(model: CtrModel, group: string): Map<string, number[]> {
  const tables = model.groups.find(({ name }) => name === group)!;
  const { dim } = tables;
  const values = model.schema.vocabularies.city;
  const all = tables.weights('city');
  const reserved = all.length / dim - values.length;
  return new Map(values.map((value, i) => [value, [...all.subarray((reserved + i) * dim, (reserved + i + 1) * dim)]]));
}

// Planted bug that this fails for: rows taken over by id instead of by value.
test('--init-from takes weights over by value; new values begin anew', async () => {
  const { code, err } = await runMain(train('new.csv', 'new', `--init-from ${join(root, 'old')} --epochs 1 --learning-rate 1e-30`)); // prettier-ignore
  expect(code, err).toBe(0);
  expect(err).toMatch(/old: \d+ weights taken over\n/);
  const [old, grown] = [await loadRun(join(root, 'old')), await loadRun(join(root, 'new'))];
  for (const group of ['embedding', 'linear']) {
    const [before, after] = [rowsByValue(old, group), rowsByValue(grown, group)];
    expect([...after.keys()].sort()).toEqual(['c2', 'c3', 'c4', 'c5', 'c6', 'c7']);
    for (const city of ['c2', 'c3', 'c4']) expect(after.get(city)).toEqual(before.get(city));
    for (const city of ['c5', 'c6', 'c7']) expect([...before.values()]).not.toContainEqual(after.get(city));
  }
  expect([...old.schema.vocabularies.city].slice(0, 3)).not.toEqual([...grown.schema.vocabularies.city].slice(0, 3));
});

test('a training that begins so begins better', async () => {
  const firstLoss = (folder: string): number =>
    (JSON.parse(readFileSync(join(root, folder, 'metrics.jsonl'), 'utf8').split('\n')[0]) as { trainLoss: number })
      .trainLoss;
  await runMain(train('old.csv', 'anew', '--epochs 1'));
  await runMain(train('old.csv', 'warm', `--epochs 1 --init-from ${join(root, 'old')}`));
  expect(firstLoss('warm')).toBeLessThan(firstLoss('anew'));
});
