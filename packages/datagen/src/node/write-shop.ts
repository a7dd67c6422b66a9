import { checkFunction, checkInteger, checkKnownOptions, checkOneOf, checkText } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import { BestPossible } from '../best-possible';
import type { SchemaSpec } from '@ctrflow/features';
import { shopSchema } from '../columns';
import { simulateShop } from '../journeys';
import { shopPreset } from '../presets';
import { checkShop } from '../config';
import type { ShopConfig } from '../config';
import type { ShopRow } from '../row';
import { requireOwnFolder } from './own-folder';
import { writeTables } from './tables';
import { truthFiles } from './truth-files';
import { join } from 'node:path';
import { eventTable, interactionTable, itemTable, probabilityTable, userTable } from './shop-tables';

/** Options of {@link writeShop}. */
export interface WriteShopOptions {
  /** The name of a preset, or a shop of one's own. Default `shop-v1`. */
  readonly preset?: string | ShopConfig;
  /** Default 200,000. */
  readonly rows?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Default `csv`. */
  readonly format?: 'csv' | 'parquet';
  readonly onProgress?: (rows: number, total: number) => void;
}

/** What was written, and what no model can beat on it. */
export interface WrittenShop {
  /** The interactions, ready for training. */
  readonly file: string;
  /** A declaration that suits the interactions; also in `schema.json`. */
  readonly schema: SchemaSpec;
  readonly rows: number;
  readonly clickRate: number;
  /** Expected AUC and log loss of the true probabilities. */
  readonly bestAuc: number;
  readonly bestLogLoss: number;
  /** Expected AUC of the true model without its interactions and switchable effects. */
  readonly additiveAuc: number;
  /** Expected AUC of the true model without its switchable effects. */
  readonly baseAuc: number;
  /** The same of purchases, where the shop has them. */
  readonly purchases?: { readonly rate: number; readonly bestAuc: number; readonly bestLogLoss: number };
  readonly seconds: number;
}

const ROWS_PER_WRITE = 10_000;

/**
 * Writes a shop into a folder, in constant memory; a file appears as a whole or not at all: `interactions`, `users`, `items`, with journeys also `events` (the log, warm-up included),
 * `probabilities` (the true ones, row by row: no model trains on them by mistake), as CSV or Parquet; `schema.json`, a declaration that suits the interactions; `truth.json`, with what is
 * returned and which file it is the truth of.
 *
 * @example
 * const { file, bestAuc } = await writeShop('shop', { rows: 200_000 });
 * @see {@link readTruth} for the probabilities
 * @throws ConfigError for an unknown preset or option
 */
export async function writeShop(folder: string, options: WriteShopOptions = {}): Promise<WrittenShop> {
  const started = performance.now();
  checkText('writeShop', 'folder', folder);
  checkKnownOptions('writeShop', options, ['preset', 'rows', 'seed', 'format', 'onProgress']);
  const { preset = 'shop-v1', format = 'csv' } = options;
  const rows = checkInteger('writeShop', 'rows', options.rows ?? 200_000, { min: 1 });
  const seed = checkInteger('writeShop', 'seed', options.seed ?? 1, { min: 0 });
  checkOneOf('writeShop', 'format', format, ['csv', 'parquet']);
  if (options.onProgress !== undefined) checkFunction('writeShop', 'onProgress', options.onProgress);
  const config = typeof preset === 'string' ? shopPreset(preset) : checkShop('writeShop', preset);
  const [users, items, interactions] = [userTable(config, seed), itemTable(config, seed), interactionTable(config)];
  const log = config.journeys === undefined ? [] : [eventTable];
  const probabilities = probabilityTable(config);
  const tally = createTally(config);
  const tables = [users, items, interactions, ...log, probabilities];
  await requireOwnFolder(folder, ['truth.json', 'schema.json', ...tables.map(({ name }) => `${name}.${format}`)]);
  await writeTables(folder, format, tables, async (sinks) => {
    for (const cells of users.rows) sinks.users.add(cells);
    for (const cells of items.rows) sinks.items.add(cells);
    let [done, views] = [0, 0];
    for (const { row, events } of simulateShop(config, seed)) {
      for (const event of events) sinks.events.add(eventTable.cells(event));
      if (row !== undefined) {
        tally.add(row);
        sinks.interactions.add(interactions.cells(row));
        sinks.probabilities.add(probabilities.cells(row));
        done++;
        if (done % ROWS_PER_WRITE === 0 || done === rows) {
          for (const sink of Object.values(sinks)) await sink.flush();
          options.onProgress?.(done, rows);
        }
        if (done === rows) return;
      } else if (++views % ROWS_PER_WRITE === 0) await sinks.events.flush(); // the warm-up of many users has no rows
    }
  });
  const written = { file: join(folder, `interactions.${format}`), rows, ...tally.result() };
  const truth = { preset: config.name, seed, ...written, ...(await truthFiles(folder, format)), config };
  await writeFileAtomic(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
  const schema = shopSchema(config);
  await writeFileAtomic(join(folder, 'schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  return { ...written, schema, seconds: (performance.now() - started) / 1000 };
}

/** Counts what is best possible. */
function createTally(config: ShopConfig): {
  add(row: ShopRow): void;
  result(): Omit<WrittenShop, 'file' | 'schema' | 'rows' | 'seconds'>;
} {
  const [best, additive, base, buys] = Array.from({ length: 4 }, () => new BestPossible());
  return {
    add({ probability, additiveProbability, baseProbability, purchase }) {
      best.add(probability);
      additive.add(probability, additiveProbability);
      base.add(probability, baseProbability);
      if (purchase !== undefined) buys.add(purchase.probability);
    },
    result: () => ({
      clickRate: best.clickRate,
      bestAuc: best.auc,
      bestLogLoss: best.logLoss,
      additiveAuc: additive.auc,
      baseAuc: base.auc,
      ...(config.purchaseBias !== undefined && {
        purchases: { rate: buys.clickRate, bestAuc: buys.auc, bestLogLoss: buys.logLoss },
      }),
    }),
  };
}
