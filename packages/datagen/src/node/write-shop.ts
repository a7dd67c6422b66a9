import { checkInteger } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import { BestPossible } from '../best-possible';
import { createShop, shopCells, shopColumns, shopPreset, shopSchema } from '../shop';
import { join } from 'node:path';

/** Options of {@link writeShop}. */
export interface WriteShopOptions {
  /** Default `shop-v1`. */
  readonly preset?: string;
  /** Default 200,000. */
  readonly rows?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly onProgress?: (rows: number, total: number) => void;
}

/** What was written, and what no model can beat on it. */
export interface WrittenShop {
  /** The interactions, ready for training. */
  readonly file: string;
  readonly rows: number;
  readonly clickRate: number;
  /** Expected AUC and log loss of the true probabilities. */
  readonly bestAuc: number;
  readonly bestLogLoss: number;
  /** Expected AUC of the true model without its interactions. */
  readonly additiveAuc: number;
  readonly seconds: number;
}

const ROWS_PER_WRITE = 20_000;

/**
 * Writes a shop as `interactions.csv`, `schema.json` (a declaration that suits it) and `truth.json` into a folder, in constant memory; a file appears as a whole or not at all.
 *
 * @example
 * const { file, bestAuc } = await writeShop('shop', { rows: 200_000 });
 * @throws ConfigError for an unknown preset
 */
export async function writeShop(folder: string, options: WriteShopOptions = {}): Promise<WrittenShop> {
  const started = performance.now();
  const rows = checkInteger('writeShop', 'rows', options.rows ?? 200_000, { min: 1 });
  const seed = checkInteger('writeShop', 'seed', options.seed ?? 1, { min: 0 });
  const config = shopPreset(options.preset ?? 'shop-v1');
  const shop = createShop(config, seed);
  const best = new BestPossible();
  const additive = new BestPossible();
  const file = join(folder, 'interactions.csv');
  await writeFileAtomic(file, async (handle) => {
    await handle.write(`${shopColumns.join(',')}\n`);
    for (let from = 0; from < rows; from += ROWS_PER_WRITE) {
      const to = Math.min(rows, from + ROWS_PER_WRITE);
      let text = '';
      for (let index = from; index < to; index++) {
        const row = shop.row(index);
        best.add(row.probability);
        additive.add(row.probability, row.additiveProbability);
        text += `${shopCells(row).join(',')}\n`;
      }
      await handle.write(text);
      options.onProgress?.(to, rows);
    }
  });
  const written = {
    file,
    rows,
    clickRate: best.clickRate,
    bestAuc: best.auc,
    bestLogLoss: best.logLoss,
    additiveAuc: additive.auc,
  };
  await writeFileAtomic(
    join(folder, 'truth.json'),
    `${JSON.stringify({ preset: config.name, seed, ...written, config }, null, 2)}\n`,
  );
  await writeFileAtomic(join(folder, 'schema.json'), `${JSON.stringify(shopSchema(), null, 2)}\n`);
  return { ...written, seconds: (performance.now() - started) / 1000 };
}
