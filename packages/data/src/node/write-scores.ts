import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, DataError, checkObject, checkOneOf, checkText, expected } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import type { SchemaSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import { columnIdentifier } from './column-names';
import { identifier, literal, openDatabase } from './database';
import type { Database } from './database';
import { fileDialect, loadTable } from './load';
import { requireNotAmong } from './input-paths';
import { requireColumns } from './loaded-table';
import { checkSource } from './source';
import type { Source } from './source';

/** Options of {@link writeScores}. */
export interface WriteScoresOptions {
  /** The schema's declaration: it says how text files are written. */
  readonly spec: SchemaSpec;
  readonly dialect?: DialectOptions;
  /** Columns of the source to keep beside the score. Default: all. */
  readonly columns?: readonly string[];
  /** Name of the new column, where scores are one array. Default `score`. */
  readonly scoreColumn?: string;
}

const formats = { csv: 'FORMAT csv, HEADER', jsonl: 'FORMAT json', ndjson: 'FORMAT json', parquet: 'FORMAT parquet' };

/**
 * Writes the rows of a source, in their order, with their scores beside them, in one column or in several by name: CSV, JSON lines or Parquet by the ending of `out`. The file appears as a whole or not at
 * all; what is no regular file (`/dev/stdout`) is written in place.
 *
 * @throws ConfigError for an unknown ending, a column name that is taken, or a file that the source reads; DataError for a column that is not there
 */
export async function writeScores(
  source: Source,
  scores: Float64Array | Readonly<Record<string, Float64Array>>,
  out: string,
  options: WriteScoresOptions,
): Promise<void> {
  checkSource('writeScores', source);
  checkText('writeScores', 'out', out);
  const { spec, dialect, columns, scoreColumn = 'score' } = checkObject('writeScores', 'an object of options', options);
  checkObject('writeScores', 'the declaration of a schema, as schema.spec, for spec', spec);
  const added = columnsOf(scores, scoreColumn);
  const format = formatOf(out);
  const database = await openDatabase();
  try {
    await requireNotAmong(database, 'writeScores', out, [source]);
    const table = await loadTable(database, 'rows', source, {
      likelyDialect: fileDialect(spec),
      ...(dialect && { dialect }),
    });
    const kept = columns ?? table.columns;
    requireColumns(table, kept);
    for (const [name, { length }] of added) {
      if (table.numRows !== length)
        throw new DataError(expected('writeScores', `${length} rows for ${length} scores`, table.numRows), { file: table.sources.join(', ') }); // prettier-ignore
      if (kept.includes(name))
        throw new ConfigError(expected('writeScores', 'a score column that is not in the file', name));
    }
    requireDistinct([...kept, ...added.map(([name]) => name)]);
    await storeScores(database, added);
    const path = join(database.folder, 'scored');
    const list = [
      ...kept.map((column) => `r.${columnIdentifier(column)} AS ${identifier(column)}`),
      ...added.map(([name], i) => `s.score${i} AS ${identifier(name)}`),
    ];
    await database.run(
      `COPY (SELECT ${list.join(', ')} FROM ${identifier(table.name)} r POSITIONAL JOIN scores s) TO ${literal(path)} (${formats[format]})`,
    );
    await deliver(path, out);
  } finally {
    await database.close();
  }
}

/** DuckDB would write `A_1` for the second of two names that differ in case only. */
function requireDistinct(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (other === undefined) continue;
    const got = `${other} and ${name}`;
    throw new ConfigError(expected('writeScores', 'columns whose names differ in more than capitals', got, 'keep one of them, or name the score otherwise')); // prettier-ignore
  }
}

function formatOf(out: string): keyof typeof formats {
  const ending = /\.([a-z]+)$/i.exec(out)?.[1].toLowerCase() ?? 'csv';
  return checkOneOf('writeScores', `the ending of ${out}`, ending, Object.keys(formats) as (keyof typeof formats)[]);
}

type ScoreColumn = readonly [name: string, scores: Float64Array];

function columnsOf(
  scores: Float64Array | Readonly<Record<string, Float64Array>>,
  scoreColumn: string,
): readonly ScoreColumn[] {
  if (typeof scoreColumn !== 'string' || scoreColumn === '')
    throw new ConfigError(expected('writeScores', 'a name for scoreColumn', scoreColumn));
  const columns = ArrayBuffer.isView(scores)
    ? [[scoreColumn, scores] as const]
    : Object.entries(checkObject('writeScores', 'a Float64Array of scores, or some by column', scores));
  if (columns.length > 0 && columns.every(([, each]) => ArrayBuffer.isView(each))) return columns;
  throw new ConfigError(expected('writeScores', 'a Float64Array of scores, or some by column', scores));
}

async function storeScores({ connection }: Database, columns: readonly ScoreColumn[]): Promise<void> {
  await connection.run(`CREATE TABLE scores (${columns.map((_, i) => `score${i} DOUBLE`).join(', ')})`);
  const appender = await connection.createAppender('scores');
  const [[, first]] = columns;
  for (let row = 0; row < first.length; row++) {
    for (const [, scores] of columns) appender.appendDouble(scores[row]);
    appender.endRow();
  }
  appender.closeSync();
}

async function deliver(path: string, out: string): Promise<void> {
  const copy = async (handle: FileHandle): Promise<void> => {
    for await (const chunk of createReadStream(path)) await handle.write(chunk as Uint8Array);
  };
  const existing = await stat(out).catch(() => undefined);
  if (existing === undefined || existing.isFile()) return writeFileAtomic(out, copy);
  const handle = await open(out, 'w');
  try {
    await copy(handle);
  } finally {
    await handle.close();
  }
}
