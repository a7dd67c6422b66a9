import { DataError, checkText, expected } from '@ctrflow/core';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { literal, plain, withDuckDB } from './duckdb';
import { isUnchanged } from './truth-files';
import type { TruthFile, TruthFiles } from './truth-files';

/** What was drawn for the rows of a generated file, in their order. */
export interface TrueRows {
  /** `[N]` of 0 and 1. */
  readonly labels: Uint8Array;
  /** `[N]` of the label 1. */
  readonly probabilities: Float64Array;
}

const LABELS = ['click', 'purchase'];
const WRITE_AGAIN = 'generate it again with `ctrflow datagen`';

/**
 * The true probabilities of a file that `writeShop` or `writeMock` wrote, by the column of the label; undefined for every other file, also for one that only stands beside a
 * `truth.json`.
 *
 * @example
 * const { probabilities } = (await readTruth('shop/interactions.csv')).get('click');
 * @throws DataError when the file, or that of the probabilities, is not as it was written
 */
export async function readTruth(file: string): Promise<ReadonlyMap<string, TrueRows> | undefined> {
  const folder = dirname(checkText('readTruth', 'file', file));
  const { data, probabilities, ...others } = await truthIn(folder);
  if ((data?.name ?? basename(String(others.file))) !== basename(file)) return undefined;
  if (!isTruthFile(data) || !isTruthFile(probabilities)) {
    const wanted = 'a truth.json that names its files with their digests';
    throw new DataError(expected('datagen', wanted, 'one of an earlier version', WRITE_AGAIN), { file: join(folder, 'truth.json') }); // prettier-ignore
  }
  for (const one of [data, probabilities]) {
    if (await isUnchanged(folder, one)) continue;
    throw new DataError(expected('datagen', 'the file that was generated', 'another, or one that was changed', WRITE_AGAIN), { file: join(folder, one.name) }); // prettier-ignore
  }
  return readColumns(join(folder, probabilities.name));
}

/** What a `truth.json` says; nothing where there is none. */
async function truthIn(folder: string): Promise<Partial<TruthFiles> & { readonly file?: string }> {
  try {
    const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as { readonly bestAuc?: unknown };
    return typeof truth.bestAuc === 'number' ? (truth as Partial<TruthFiles>) : {};
  } catch {
    return {}; // no file, or no such JSON
  }
}

function isTruthFile(one: Partial<TruthFile> | undefined): one is TruthFile {
  const { name, bytes, sha256 } = one ?? {};
  return typeof name === 'string' && basename(name) === name && typeof bytes === 'number' && typeof sha256 === 'string';
}

async function readColumns(path: string): Promise<ReadonlyMap<string, TrueRows>> {
  const from = path.endsWith('.parquet')
    ? `read_parquet(${literal(plain(path))}, hive_partitioning = false)`
    : `read_csv(${literal(plain(path))}, hive_partitioning = false, header = true, delim = ',', all_varchar = true)`;
  return withDuckDB({}, async (connection) => {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
    const columns = described.getColumns()[0] as string[];
    const found = new Map<string, TrueRows>();
    for (const label of LABELS.filter((name) => columns.includes(name))) {
      const select = `SELECT CAST(${label} AS UTINYINT), CAST(${label}_probability AS DOUBLE) FROM ${from}`;
      const [labels, probabilities] = (await connection.runAndReadAll(select)).getColumns() as [number[], number[]];
      found.set(label, { labels: Uint8Array.from(labels), probabilities: Float64Array.from(probabilities) });
    }
    return found;
  });
}
