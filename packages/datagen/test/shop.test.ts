import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint64 } from '@ctrflow/features';
import { expect, test } from 'vitest';
import { BestPossible, createShop, eventCells, shopCells, shopPreset, simulateShop } from '../src/index';
import type { ShopConfig, ShopRow } from '../src/index';
import { writeShop } from '../src/node';

function rowsOf(config: ShopConfig, count: number, seed = 1): ShopRow[] {
  const rows: ShopRow[] = [];
  for (const { row } of simulateShop(config, seed)) {
    if (row !== undefined && rows.push(row) === count) break;
  }
  return rows;
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-shop-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Digests of the first 1000 rows (as written, with their true probabilities) and of the events up to there.
test.each([
  ['shop-v1', '2b69f137dcd18c62'],
  ['shop-history-v1', '16f840687db8d5f6'],
  ['shop-order-v1', 'c8b07b35fc8a862e'],
  ['shop-mask-v1', '8c9fcb2238f5b77f'],
])('%s stays as it was frozen', (name, digest) => {
  const lines: string[] = [];
  let count = 0;
  for (const { row, events } of simulateShop(shopPreset(name))) {
    if (row !== undefined) lines.push(`${shopCells(row).join()} ${row.probability.toFixed(12)}`);
    lines.push(...events.map((event) => eventCells(event).join()));
    if (row !== undefined && ++count === 1000) break;
  }
  expect(fingerprint64(lines.join('\n')).toHex()).toBe(digest);
});

test('the file of shop-v1 stays as it was frozen, byte by byte', async () => {
  const shop = createShop(shopPreset('shop-v1'));
  const rows = Array.from({ length: 1000 }, (_, i) => shopCells(shop.row(i)).join());
  expect(fingerprint64(rows.join('\n')).toHex()).toBe('b02ad95ddcc80998');
  await inFolder(async (folder) => {
    const { file } = await writeShop(folder, { rows: 20_000 });
    expect(fingerprint64(await readFile(file, 'utf8')).toHex()).toBe('31065061c4988d6e');
  });
});

test('shop-v1 keeps its promises: click rate, best AUC, and what additive models cannot reach', async () => {
  await inFolder(async (folder) => {
    const truth = await writeShop(folder, { rows: 30_000 });
    expect(truth.clickRate).toBeGreaterThan(0.05);
    expect(truth.clickRate).toBeLessThan(0.2);
    expect(truth.bestAuc).toBeGreaterThan(0.8);
    expect(truth.bestAuc).toBeLessThan(0.88);
    expect(truth.bestAuc - truth.additiveAuc).toBeGreaterThan(0.03);
    expect(truth.baseAuc).toBe(truth.bestAuc); // nothing is switched on
    const lines = (await readFile(truth.file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(30_001);
    const clicks = lines.filter((line) => line.endsWith(',1')).length;
    // Clicks are drawn from the probabilities: their mean within 5 standard errors.
    expect(Math.abs(clicks / 30_000 - truth.clickRate)).toBeLessThan(5 * Math.sqrt(truth.clickRate / 30_000));
  });
});

// Planted bug that this fails for: labels drawn from the probability without the effects.
test.each(['shop-v1', 'shop-history-v1', 'shop-order-v1', 'shop-mask-v1'])(
  'labels of %s follow their true probabilities',
  (name) => {
    const rows = rowsOf(shopPreset(name), 30_000);
    const clicks = chiSquare(
      rows,
      ({ probability }) => probability,
      ({ clicked }) => clicked,
    );
    // 20 bins without fitted parameters: the 0.9999 quantile of chi-square with 20 degrees of freedom is 52.4.
    expect(clicks).toBeLessThan(52.4);
    if (rows[0].purchase === undefined) return;
    expect(
      chiSquare(
        rows,
        ({ purchase }) => purchase!.probability,
        ({ purchase }) => purchase!.bought,
      ),
    ).toBeLessThan(52.4);
    expect(rows.some(({ clicked, purchase }) => purchase!.bought && !clicked)).toBe(false);
  },
);

/** `sum_b (clicks_b - sum p)^2 / sum p (1 - p)` over 20 bins of equal size by probability. */
function chiSquare(
  rows: readonly ShopRow[],
  chance: (row: ShopRow) => number,
  label: (row: ShopRow) => boolean,
): number {
  const sorted = rows.toSorted((a, b) => chance(a) - chance(b));
  let sum = 0;
  for (let bin = 0; bin < 20; bin++) {
    const part = sorted.slice((bin * rows.length) / 20, ((bin + 1) * rows.length) / 20);
    const wanted = part.reduce((total, row) => total + chance(row), 0);
    const variance = part.reduce((total, row) => total + chance(row) * (1 - chance(row)), 0);
    sum += (part.filter(label).length - wanted) ** 2 / variance;
  }
  return sum;
}

test.each(['shop-history-v1', 'shop-order-v1', 'shop-mask-v1'])(
  '%s is within reach, and its effect is worth it',
  (name) => {
    const [best, base] = [new BestPossible(), new BestPossible()];
    for (const { probability, baseProbability } of rowsOf(shopPreset(name), 30_000)) {
      best.add(probability);
      base.add(probability, baseProbability);
    }
    expect(best.clickRate).toBeGreaterThan(0.05);
    expect(best.clickRate).toBeLessThan(0.2);
    expect(best.auc).toBeGreaterThan(0.8);
    expect(best.auc).toBeLessThan(0.88);
    expect(best.auc - base.auc).toBeGreaterThan(0.03);
  },
);

test('a row depends on seed and index only', () => {
  const config = shopPreset('shop-v1');
  expect(createShop(config).row(7)).toEqual(createShop(config).row(7));
  expect(createShop(config, 2).row(7)).not.toEqual(createShop(config).row(7));
  expect(() => shopPreset('shop-v2')).toThrow('did you mean "shop-v1"?');
});

test.each([
  [() => createShop(shopPreset('shop-order-v1')), 'createShop: expected a shop without journeys, got "shop-order-v1"'],
  [
    () => createShop({ ...shopPreset('shop-v1'), effects: { history: 1 } }),
    'createShop: expected journeys for the effects history and order, got "none"',
  ],
])('a shop that cannot be made says so %#', (make, message) => {
  expect(make).toThrow(message);
});

// Planted bug that this fails for: a table that depends on what was drawn before, or on the time.
test.each(['csv', 'parquet'] as const)(
  'same seed, same bytes in every file (%s); another seed, others',
  async (format) => {
    await inFolder(async (folder) => {
      const options = { preset: 'shop-order-v1', rows: 3000, format };
      const bytes = async (name: string, seed: number): Promise<Map<string, string>> => {
        await writeShop(join(folder, name), { ...options, seed });
        const files = (await readdir(join(folder, name))).filter((file) => file.endsWith(format)); // the others name the folder
        expect(files).toHaveLength(5);
        return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(folder, name, file), 'latin1')] as const))); // prettier-ignore
      };
      const first = await bytes('a', 7);
      const [again, other] = [await bytes('b', 7), await bytes('c', 8)];
      for (const [file, content] of first) {
        expect(again.get(file) === content, file).toBe(true);
        expect(other.get(file) === content, file).toBe(false);
      }
    });
  },
);

test('Parquet holds what CSV holds, with lists', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  await inFolder(async (folder) => {
    const options = { preset: 'shop-history-v1', rows: 500 };
    const csv = await writeShop(join(folder, 'csv'), options);
    const parquet = await writeShop(join(folder, 'parquet'), { ...options, format: 'parquet' });
    expect({ ...parquet, file: '', seconds: 0 }).toEqual({ ...csv, file: '', seconds: 0 });
    expect(await readdir(join(folder, 'parquet'))).toEqual(
      ['events', 'interactions', 'items', 'probabilities']
        .map((name) => `${name}.parquet`)
        .concat('schema.json', 'truth.json', 'users.parquet'),
    );
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const first = async (sql: string): Promise<string> => String((await connection.runAndReadAll(sql)).getRows()[0]);
    const lists = ['items', 'categories', 'behaviours', 'times'].map((name) => `history_${name}`);
    const exclude = `COLUMNS(* EXCLUDE (${lists.join()}))::VARCHAR, ${lists.map((name) => `array_to_string(${name}, '^')`).join()}`;
    const left = `SELECT ${exclude} FROM '${parquet.file}'`;
    const right = `SELECT COLUMNS(* EXCLUDE (${lists.join()})), ${lists.map((name) => `coalesce(${name}, '')`).join()} FROM read_csv('${csv.file}', all_varchar = true)`;
    expect(await first(`SELECT count(*) FROM (SELECT * FROM (${left}) LIMIT 500)`)).toBe('500');
    expect(
      await first(
        `SELECT count(*) FROM (${left} EXCEPT ALL SELECT * REPLACE (price::DOUBLE::VARCHAR AS price) FROM (${right}))`,
      ),
    ).toBe('0');
    const truths = `SELECT avg(click_probability) FROM '${join(folder, 'parquet', 'probabilities.parquet')}'`;
    expect(Number(await first(truths))).toBeCloseTo(csv.clickRate, 12);
    connection.closeSync();
    instance.closeSync();
  });
});
