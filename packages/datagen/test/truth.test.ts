import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createShop, shopPreset, simulateShop } from '../src/index';
import { readTruth, writeMock, writeShop } from '../src/node';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-truth-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const newFolder = (): string => mkdtempSync(join(root, 'case-'));

// Planted bugs that this fails for: rows in another order, labels of the other column, probabilities of a purchase given a click.
test.each(['csv', 'parquet'] as const)('the truth of each row is what was drawn, exactly (%s)', async (format) => {
  const { file } = await writeShop(newFolder(), { rows: 300, format });
  const shop = createShop(shopPreset('shop-v1'));
  const rows = Array.from({ length: 300 }, (_, i) => shop.row(i));
  const truth = await readTruth(file);
  expect([...truth!.keys()]).toEqual(['click']);
  expect(Array.from(truth!.get('click')!.probabilities)).toEqual(rows.map(({ probability }) => probability));
  expect(Array.from(truth!.get('click')!.labels)).toEqual(rows.map(({ clicked }) => Number(clicked)));
});

test('a shop with purchases has the truth of both labels', async () => {
  const { file } = await writeShop(newFolder(), { preset: 'shop-order-v1', rows: 200 });
  const drawn = [...simulateFirst('shop-order-v1', 200)];
  const truth = await readTruth(file);
  expect(Array.from(truth!.get('purchase')!.probabilities)).toEqual(drawn.map(({ purchase }) => purchase!.probability));
  expect(Array.from(truth!.get('purchase')!.labels)).toEqual(drawn.map(({ purchase }) => Number(purchase!.bought)));
});

function* simulateFirst(preset: string, numRows: number): Generator<ReturnType<ReturnType<typeof createShop>['row']>> {
  let left = numRows;
  for (const { row } of simulateShop(shopPreset(preset), 1)) {
    if (row === undefined) continue;
    yield row;
    if (--left === 0) return;
  }
}

test('every click of the mock has its probability', async () => {
  const { file } = await writeMock(newFolder(), { rows: 20 });
  expect(Array.from((await readTruth(file))!.get('click')!.probabilities)).toEqual(new Array(20).fill(0.2));
});

test('a file that only stands beside a truth.json has none', async () => {
  const folder = newFolder();
  const { file } = await writeMock(folder, { rows: 20 });
  await copyFile(file, join(folder, 'mine.csv'));
  expect(await readTruth(join(folder, 'mine.csv'))).toBeUndefined();
  expect(await readTruth(join(folder, 'none.csv'))).toBeUndefined();
  for (const text of ['null', '[]', '{"bestAuc":1}', '{"data":{"name":"mine.csv"}}', 'no JSON']) {
    writeFileSync(join(folder, 'truth.json'), text);
    expect(await readTruth(join(folder, 'mine.csv'))).toBeUndefined();
  }
});

// Planted bugs that this fails for: sizes compared only, probabilities not looked at, a digest of an earlier version passed over.
test('what was changed since is refused, and a truth.json of an earlier version', async () => {
  const changed = async (change: (folder: string) => void): Promise<unknown> => {
    const folder = newFolder();
    const { file } = await writeMock(folder, { rows: 20 });
    change(folder);
    return readTruth(file);
  };
  const edit = (name: string) => (folder: string) => {
    const path = join(folder, name);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/\d(?=\n$)/, (digit) => (digit === '1' ? '0' : '1')),
    );
  };
  const message = (name: string): RegExp => new RegExp(`datagen: expected the file that was generated, got "another, or one that was changed"; generate it again with .*${name}`); // prettier-ignore
  await expect(changed(edit('interactions.csv'))).rejects.toThrow(message('interactions.csv'));
  await expect(changed(edit('probabilities.csv'))).rejects.toThrow(message('probabilities.csv'));
  const remove = (folder: string): void => {
    renameSync(join(folder, 'probabilities.csv'), join(folder, 'elsewhere.csv'));
  };
  await expect(changed(remove)).rejects.toThrow(message('probabilities.csv'));
  const age = (folder: string): void => {
    const path = join(folder, 'truth.json');
    const { file, bestAuc } = JSON.parse(readFileSync(path, 'utf8')) as { file: string; bestAuc: number };
    writeFileSync(path, JSON.stringify({ file, bestAuc }));
  };
  await expect(changed(age)).rejects.toThrow('datagen: expected a truth.json that names its files with their digests, got "one of an earlier version"; generate it again'); // prettier-ignore
  const point = (folder: string): void => {
    const path = join(folder, 'truth.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"probabilities.csv"', '"../probabilities.csv"'));
  };
  await expect(changed(point)).rejects.toThrow('names its files with their digests');
});
