import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '@ctrflow/data/node';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMock } from '../src/index';
import { writeMock } from '../src/node';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-mock-'));
});
afterAll(() => rm(folder, { recursive: true }));

// Planted bugs that this fails for: ids one too large, a row that depends on the rows before it.
test('a row depends on seed and number only, and interactions name users and items that exist', () => {
  const size = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(size, size, fc.nat(), fc.array(fc.nat(1e6), { minLength: 1 }), (numUsers, numItems, seed, asked) => {
      const mock = createMock({ numUsers, numItems, seed });
      const rows = asked.map((index) => mock.interaction(index));
      const again = createMock({ numUsers, numItems, seed });
      expect(asked.toReversed().map((index) => again.interaction(index))).toEqual(rows.toReversed());
      for (const { user, item } of rows) {
        expect(Number(user.slice('user'.length))).toBeLessThan(numUsers);
        expect(Number(item.slice('item'.length))).toBeLessThan(numItems);
      }
    }),
  );
});

test('clicks come at their rate, users and items evenly, within 5 standard errors', () => {
  const mock = createMock({ numUsers: 4, numItems: 3 });
  const rows = Array.from({ length: 20_000 }, (_, i) => mock.interaction(i));
  const within = (count: number, p: number): void => {
    expect(Math.abs(count - 20_000 * p)).toBeLessThan(5 * Math.sqrt(20_000 * p * (1 - p)));
  };
  within(rows.filter(({ click }) => click === 1).length, 0.2);
  within(rows.filter(({ user }) => user === 'user3').length, 1 / 4);
  within(rows.filter(({ item }) => item === 'item0').length, 1 / 3);
  within(rows.filter(({ user, item, click }) => user === 'user3' && item === 'item0' && click === 1).length, 0.2 / 12);
});

test.each(['csv', 'parquet'] as const)('three tables in %s, which join into one data set', async (format) => {
  const written = await writeMock(join(folder, format), { numUsers: 30, numItems: 10, rows: 500, format });
  expect(written).toMatchObject({ rows: 500, clickRate: 0.2, bestAuc: 0.5 });
  expect(written.bestLogLoss).toBeCloseTo(0.500402, 6); // -(0.2 ln 0.2 + 0.8 ln 0.8)
  const { file, users, items } = written;
  const data = await openDataset(
    { from: file, joins: [{ source: users, on: 'user' }, { source: items, on: 'item' }] }, // prettier-ignore
    {
      schema: {
        fields: [
          { name: 'age', kind: 'numeric', transform: 'none', missing: -1 },
          { name: 'gender', kind: 'categorical' },
          { name: 'category', kind: 'categorical' },
          { name: 'price', kind: 'numeric', transform: 'none', missing: -1 },
        ],
        label: { column: 'click' },
      },
      split: { by: 'none' },
    },
  );
  const mock = createMock({ numUsers: 30, numItems: 10 });
  const rows = Array.from({ length: 500 }, (_, i) => mock.interaction(i));
  const userOf = new Map(Array.from({ length: 30 }, (_, i) => [`user${i}`, mock.user(i)]));
  const itemOf = new Map(Array.from({ length: 10 }, (_, i) => [`item${i}`, mock.item(i)]));
  for await (const batch of data.train.batches({ batchSize: 500 })) {
    expect(Array.from(batch.values.age)).toEqual(rows.map(({ user }) => userOf.get(user)?.age));
    expect(Array.from(batch.values.price)).toEqual(rows.map(({ item }) => Math.fround(itemOf.get(item)!.price)));
    expect(Math.min(...batch.ids.gender, ...batch.ids.category)).toBeGreaterThanOrEqual(2); // nothing missing or unknown
    expect(Array.from(batch.targets?.label ?? [])).toEqual(rows.map(({ click }) => click));
  }
});

test.each(['csv', 'parquet'] as const)('same seed, same bytes in %s; another seed, others', async (format) => {
  const bytes = async (name: string, seed: number): Promise<Buffer> =>
    readFile((await writeMock(join(folder, name), { rows: 25_000, seed, format })).file);
  const first = await bytes('a', 1);
  expect((await bytes('b', 1)).equals(first)).toBe(true);
  expect((await bytes('b', 2)).equals(first)).toBe(false);
});

test.each([
  [{ numUsers: 0 }, 'createMock: expected an integer >= 1 for numUsers, got 0'],
  [{ rows: 1.5 }, 'writeMock: expected an integer >= 1 for rows, got 1.5'],
  [{ seed: -1 }, 'createMock: expected an integer >= 0 for seed, got -1'],
  [{ format: 'xml' }, 'writeMock: expected one of csv, parquet for format, got "xml"'],
  [{ users: 5 }, 'writeMock: expected an option among numUsers, numItems, seed, rows, format, onProgress, got "users"'],
])('options that cannot be %#', async (options, message) => {
  await expect(writeMock(join(folder, 'bad'), options as object)).rejects.toThrow(message);
});
