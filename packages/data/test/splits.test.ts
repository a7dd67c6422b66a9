import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EncodedColumns } from '@ctrflow/features';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowSource, Split } from '../src/index';
import { openDataset } from '../src/node';
import type { OpenDatasetOptions } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-splits-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function all(rows: RowSource | undefined): Promise<EncodedColumns> {
  for await (const batch of rows?.batches({ batchSize: 1e9 }) ?? []) return batch;
  return { numRows: 0, ids: {}, values: {}, lists: {} };
}

const label = { column: 'click' };
/** Numbers of the rows, from the value that a numeric field without a transform gives back. */
const numbered = { fields: [{ name: 'row', kind: 'numeric' as const, transform: 'none' as const }], label };
const rowsIn = async (rows: RowSource | undefined): Promise<number[]> => Array.from((await all(rows)).values.row ?? []);

// Planted bugs that this fails for: `fitTable(..., 'true', ...)`; `counted = 'true'` in readDataset. Before it the whole suite passed with both.
describe('nothing is fitted on validation and test rows', () => {
  // Unique ids and numbers: whatever is in the vocabulary or in the counts was seen.
  const lines = Array.from({ length: 400 }, (_, i) => `id${i},${i},u${i % 80},${i},${i % 2}`);
  const spec = {
    fields: [
      { name: 'id', kind: 'categorical' as const },
      { name: 'rare', kind: 'categorical' as const, column: 'user', minCount: 4 },
      { name: 'x', kind: 'numeric' as const, transform: 'standard' as const },
      { name: 'q', kind: 'numeric' as const, column: 'x', transform: 'quantile' as const },
      { name: 'row', kind: 'numeric' as const, column: 'x', transform: 'none' as const },
    ],
    label,
  };
  const header = 'id,x,user,ts,click';
  const splits: readonly Split[] = [
    { by: 'ratio', valid: 0.2, test: 0.3 },
    { by: 'ratio', valid: 0.2, test: 0.3, key: 'user' },
    { by: 'group', valid: 0.2, test: 0.3, column: 'user' },
    { by: 'time', valid: 0.2, test: 0.3, column: 'ts' },
    { by: 'leave-last-out', group: 'user', time: 'ts' },
  ];
  test.each([...splits.map((split) => [split.by, { split }] as const), ['files', { files: true }] as const])(
    '%s',
    async (_, { split, files }: { split?: Split; files?: boolean }) => {
      const path = await file('fit.csv', [header, ...(files === true ? lines.slice(0, 200) : lines)]);
      const [valid, held] = [await file('v.csv', [header, ...lines.slice(200, 300)]), await file('t.csv', [header, ...lines.slice(300)])]; // prettier-ignore
      const data = await openDataset(path, {
        schema: spec,
        ...(split && { split }),
        ...(files && { valid, test: held }),
      });
      const trained = await rowsIn(data.train);
      expect((await rowsIn(data.valid)).length + (await rowsIn(data.test)).length).toBeGreaterThan(100);
      expect([...data.schema.vocabularies.id].sort()).toEqual(trained.map((row) => `id${row}`).sort());
      const counts = new Map<string, number>();
      for (const row of trained) counts.set(`u${row % 80}`, (counts.get(`u${row % 80}`) ?? 0) + 1);
      const frequent = [...counts].filter(([, count]) => count >= 4).map(([user]) => user);
      expect([...data.schema.vocabularies.rare].sort()).toEqual(frequent.sort());
      const { numbers } = data.schema.toJSON() as { numbers: Record<string, { count: number; mean: number; max: number }> }; // prettier-ignore
      expect(numbers.x).toMatchObject({ count: trained.length, max: Math.max(...trained) });
      expect(numbers.x.mean).toBeCloseTo(trained.reduce((sum, row) => sum + row, 0) / trained.length, 6);
    },
  );
});

describe('leave-last-out', () => {
  // Planted bug that this fails for: ties by `rowid` ascending.
  test('of rows with one time, the later in the file is the later one', async () => {
    const lines = ['a,5,0,1', 'b,1,1,0', 'a,5,2,0', 'b,1,3,1', 'a,5,4,1', 'b,1,5,0', 'a,4,6,1', 'b,2,7,1', 'c,1,8,0', 'c,1,9,0', 'c,0,10,1'];
    const path = await file('ties.csv', ['user,ts,row,click', ...lines]);
    const more = Array.from({ length: 3 }, (_, i) => `d,${i},${20 + i},${i % 2}`);
    await writeFile(path, `${['user,ts,row,click', ...lines, ...more].join('\n')}\n`);
    const data = await openDataset(path, { schema: numbered, split: { by: 'leave-last-out', group: 'user', time: 'ts' } });
    expect(await rowsIn(data.test)).toEqual([4, 7, 9, 22]);
    expect(await rowsIn(data.valid)).toEqual([2, 5, 8, 21]);
    expect(await rowsIn(data.train)).toEqual([0, 1, 3, 6, 10, 20]);
  });
}); // prettier-ignore

describe('rows without a time', () => {
  const splits: readonly Split[] = [
    { by: 'time', column: 'ts', valid: 0.2, test: 0.2 },
    { by: 'leave-last-out', group: 'user', time: 'ts' },
  ];
  const line = (i: number, time: string | number): string => `u${i % 5},${time},${i},${Math.floor(i / 2) % 2}`;
  const kinds: readonly (readonly [string, (i: number) => string | number, string, Partial<OpenDatasetOptions>])[] = [
    ['missing', (i) => 1000 + i, '', {}],
    ['a marker of missing values', (i) => 1000 + i, 'NA', { schema: { ...numbered, nullValues: ['NA'] } }],
    ['a text among numbers', (i) => 1000 + i, 'soon', {}],
    ['missing among ISO times', (i) => `2024-01-01T00:00:${String(i % 60).padStart(2, '0')}`, '', {}],
    ['another form than declared', (i) => `${String(1 + (i % 28)).padStart(2, '0')}.01.2024`, '2024-01-05', { schema: { ...numbered, time: { column: 'ts', format: 'DD.MM.YYYY' } } }],
  ]; // prettier-ignore

  test.each(kinds)('%s: bad rows under the policy', async (_, time, untimed, more) => {
    const isUntimed = (i: number): boolean => i % 10 === 3;
    const lines = Array.from({ length: 60 }, (__, i) => line(i, isUntimed(i) ? untimed : time(i)));
    const path = await file('untimed.csv', ['user,ts,row,click', ...lines]);
    for (const split of splits) {
      const options: OpenDatasetOptions = { schema: numbered, split, ...more };
      await expect(openDataset(path, options)).rejects.toThrow(/split: expected a time in every row, got "none in 6 rows"; mend the rows, choose onBadRow.*line 5, column "ts"/); // prettier-ignore
      const data = await openDataset(path, { ...options, onBadRow: 'skip' });
      const parts = [await rowsIn(data.train), await rowsIn(data.valid), await rowsIn(data.test)];
      expect(parts.flat().some(isUntimed)).toBe(false);
      expect([parts.flat().length, data.summary.dropped]).toEqual([54, { bad: 6 }]);
      if (split.by === 'time') expect(parts.map(({ length }) => length)).toEqual([32, 11, 11]);
      const quarantine = join(folder, 'untimed.jsonl');
      await openDataset(path, { ...options, onBadRow: { quarantine } });
      const entries = (await readFile(quarantine, 'utf8')).trimEnd().split('\n').map((text) => JSON.parse(text) as object); // prettier-ignore
      expect(entries.length).toBe(6);
      expect(entries[0]).toMatchObject({ file: path, line: 5, column: 'ts', content: { row: 3 } });
    }
  });
});

describe('a part comes from one place', () => {
  test('a file beside rows that the split would give the part is refused', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `u${i % 5},${i},${i},${i % 2}`);
    const path = await file('whole.csv', ['user,ts,row,click', ...lines]);
    const other = await file('other.csv', ['user,ts,row,click', ...lines.slice(0, 10)]);
    const open = (more: OpenDatasetOptions): Promise<{ summary: object }> => openDataset(path, { schema: numbered, ...more }); // prettier-ignore
    await expect(open({ valid: other, split: { by: 'ratio', valid: 0.2, test: 0 } })).rejects.toThrow(/openDataset: expected valid rows from a file or from the split, got "both"; set valid of the split to 0, or leave out the file/); // prettier-ignore
    await expect(open({ test: other, split: { by: 'time', column: 'ts', valid: 0, test: 0.1 } })).rejects.toThrow(/expected test rows from a file/); // prettier-ignore
    await expect(open({ test: other, split: { by: 'leave-last-out', group: 'user', time: 'ts' } })).rejects.toThrow(/got "both"; part otherwise/); // prettier-ignore
    for (const split of [undefined, { by: 'none' }, { by: 'ratio', valid: 0, test: 0 }] as const)
      expect((await open({ valid: other, test: other, ...(split && { split }) })).summary).toMatchObject({ numRows: { train: 60, valid: 10, test: 10 } }); // prettier-ignore
  });
});

describe('a seed of the split', () => {
  test.each<Split>([
    { by: 'ratio', valid: 0.2, test: 0.2 },
    { by: 'group', column: 'user', valid: 0.2, test: 0.2 },
  ])('$by', async (split) => {
    const lines = Array.from({ length: 600 }, (_, i) => `u${i % 150},${i},${i},${i % 3 === 0 ? 1 : 0}`);
    const path = await file('seeds.csv', ['user,ts,row,click', ...lines]);
    const testRows = async (seed?: number): Promise<number[]> => {
      const seeded = seed === undefined ? split : { ...split, seed };
      return rowsIn((await openDataset(path, { schema: numbered, split: seeded })).test);
    };
    const [none, one, again, two] = [await testRows(), await testRows(1), await testRows(1), await testRows(2)];
    expect(again).toEqual(one);
    const shared = (a: readonly number[], b: readonly number[]): number => a.filter((row) => b.includes(row)).length;
    // A row of one test part is in another with probability 0.2.
    for (const [a, b] of [[none, one], [none, two], [one, two]]) expect(shared(a, b)).toBeLessThan(a.length / 2); // prettier-ignore
    for (const rows of [none, one, two]) expect(Math.abs(rows.length - 120)).toBeLessThan(60);
    await expect(testRows(-1)).rejects.toThrow(/split: expected an integer >= 0 for seed, got -1/);
  });

  test('without one, parts are those of earlier versions: md5 of the row, by hand', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`);
    const path = await file('md5.csv', ['row,click', ...lines]);
    const { createHash } = await import('node:crypto');
    const share = (line: string): number => parseInt(createHash('md5').update(line.replace(',', '\u001f')).digest('hex').slice(0, 8), 16) / 2 ** 32; // prettier-ignore
    const data = await openDataset(path, { schema: numbered, split: { by: 'ratio', valid: 0.3, test: 0.3 } });
    expect(await rowsIn(data.test)).toEqual([...lines.keys()].filter((i) => share(lines[i]) < 0.3));
  });
});

describe('negatives kept', () => {
  // Planted bug that this fails for: keeping every k-th negative.
  test('in no step with the file, the same ones every time, about the share', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `${i},${i % 5 === 0 ? 1 : 0}`);
    const path = await file('negatives.csv', ['row,click', ...lines]);
    const kept = async (more: OpenDatasetOptions = {}): Promise<number[]> =>
      (await rowsIn((await openDataset(path, { schema: numbered, split: { by: 'none' }, negativeKeepRate: 0.25, ...more })).train)).filter((row) => row % 5 !== 0); // prettier-ignore
    const rows = await kept();
    // Four negatives to a positive and a rate of a quarter: of each of the four places a quarter stays, within five standard deviations.
    for (const place of [1, 2, 3, 4])
      expect(Math.abs(rows.filter((row) => row % 5 === place).length - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75)); // prettier-ignore
    expect(await kept({ encodedFolder: join(folder, 'kept') })).toEqual(rows);
  });
});
