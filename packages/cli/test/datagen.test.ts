import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-datagen-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Printed {
  readonly file: string;
  readonly rows: number;
  readonly valid: { readonly auc: number; readonly logLoss: number };
}

async function json(argv: readonly string[]): Promise<Printed> {
  const { code, out, err } = await runMain([...argv, '--quiet', '--json']);
  expect(code, err).toBe(0);
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Printed;
}

// Split by time: the two formats write `3.50` and 3.5, and a hash of the row would part them differently.
const byTime = ['--split', 'by=time,column=timestamp,valid=0.3'];

// Planted bug that this fails for: lists of a Parquet file in the reverse order, or cut at another place than those of text.
test.each(['shop-v1', 'shop-history-v1', 'shop-order-v1', 'shop-mask-v1', 'mock'])(
  'a model trains on %s, the same from CSV and from Parquet',
  async (preset) => {
    const metrics: Printed['valid'][] = [];
    for (const format of ['csv', 'parquet']) {
      const out = join(folder, `${preset}-${format}`);
      const { file, rows } = await json(['datagen', '--preset', preset, '--rows', '1500', '--format', format, '--out', out]); // prettier-ignore
      expect(rows).toBe(1500);
      const trained = await json(['train', file, '--schema', join(out, 'schema.json'), '--model', 'lr', '--epochs', '1', ...byTime]); // prettier-ignore
      metrics.push(trained.valid);
      const inferred = await json(['train', file, '--label', 'click', '--model', 'lr', '--epochs', '1']);
      expect(inferred.valid.logLoss).toBeLessThan(0.8);
    }
    expect(metrics[0].auc).toBeGreaterThan(0);
    expect(metrics[1]).toEqual(metrics[0]);
  },
  120_000,
);

test('datagen says how to train on what it wrote, and the mock has the sizes that were asked for', async () => {
  const out = join(folder, 'sizes');
  const ran = await runMain(['datagen', '--preset', 'mock', '--users', '7', '--items', '3', '--rows', '20', '--out', out, '--quiet']); // prettier-ignore
  expect(ran.code).toBe(0);
  expect(ran.out).toContain('20 rows');
  expect(ran.out).toContain('best possible AUC 0.5000');
  expect(ran.out).toContain(`train on it: ctrflow train ${join(out, 'interactions.csv')} --schema ${out}/schema.json`);
  const lines = async (name: string): Promise<number> =>
    (await readFile(join(out, name), 'utf8')).trim().split('\n').length;
  expect([await lines('users.csv'), await lines('items.csv'), await lines('interactions.csv')]).toEqual([8, 4, 21]);
});

test.each([
  [['--preset', 'mok'], /one of shop-v1, .*, mock for --preset, got "mok"; did you mean "mock"\?/],
  [
    ['--users', '5'],
    /^error ctrflow datagen: expected --preset mock with --users, got none; the shops have as many users as they have\n$/,
  ],
  [['--preset', 'constructor'], /one of shop-v1/],
  [['--rows', '0'], /an integer >= 1 for --rows, got 0/],
])('datagen refuses %j', async (argv, message) => {
  const { code, err } = await runMain(['datagen', '--out', join(folder, 'none'), ...argv]);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});
