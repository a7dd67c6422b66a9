import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint64 } from '@ctrflow/features';
import { expect, test } from 'vitest';
import { createShop, shopCells, shopPreset } from '../src/index';
import { writeShop } from '../src/node';

test('shop-v1 stays as it was frozen', () => {
  const shop = createShop(shopPreset('shop-v1'));
  const rows = Array.from({ length: 1000 }, (_, i) => shopCells(shop.row(i)).join());
  expect(fingerprint64(rows.join('\n')).toHex()).toBe('b02ad95ddcc80998');
});

test('shop-v1 keeps its promises: click rate, best AUC, and what additive models cannot reach', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-shop-'));
  const truth = await writeShop(folder, { rows: 30_000 });
  expect(truth.clickRate).toBeGreaterThan(0.05);
  expect(truth.clickRate).toBeLessThan(0.2);
  expect(truth.bestAuc).toBeGreaterThan(0.8);
  expect(truth.bestAuc).toBeLessThan(0.88);
  expect(truth.bestAuc - truth.additiveAuc).toBeGreaterThan(0.03);
  const lines = (await readFile(truth.file, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(30_001);
  const clicks = lines.filter((line) => line.endsWith(',1')).length;
  // Clicks are drawn from the probabilities: their mean within 5 standard errors.
  expect(Math.abs(clicks / 30_000 - truth.clickRate)).toBeLessThan(5 * Math.sqrt(truth.clickRate / 30_000));
  await rm(folder, { recursive: true });
});

test('a row depends on seed and index only', () => {
  const config = shopPreset('shop-v1');
  expect(createShop(config).row(7)).toEqual(createShop(config).row(7));
  expect(createShop(config, 2).row(7)).not.toEqual(createShop(config).row(7));
  expect(() => shopPreset('shop-v2')).toThrow('did you mean "shop-v1"?');
});
