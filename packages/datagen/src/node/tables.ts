import { emptyRecord, mergeRecords, recordOf } from '@ctrflow/core';
import { makeFolder, removeLeftovers, temporaryName, writeFileAtomic } from '@ctrflow/core/node';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HISTORY_SEPARATOR } from '../columns';
import { literal, plain, withDuckDB } from './duckdb';

/** A file of rows. */
export interface Table {
  /** Name of the file, without its ending. */
  readonly name: string;
  /** Columns with their DuckDB type. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Takes the rows of a table. */
export interface RowSink {
  add(cells: readonly string[]): void;
  /** Hands what was added to the file. */
  flush(): Promise<void>;
}

/** Writes tables side by side into a folder, as CSV or Parquet, in constant memory; none appears before all are complete. */
export async function writeTables(
  folder: string,
  format: 'csv' | 'parquet',
  tables: readonly Table[],
  write: (sinks: Readonly<Record<string, RowSink>>) => Promise<void>,
): Promise<void> {
  if (format === 'csv') return writeTexts(folder, tables, emptyRecord(), write);
  await makeFolder(folder);
  removeLeftovers(folder);
  const scratch = temporaryName(join(folder, 'parquet'));
  await mkdir(scratch);
  try {
    await writeTexts(scratch, tables, emptyRecord(), write);
    await toParquet(scratch, tables);
    for (const { name } of tables) await rename(join(scratch, `${name}.parquet`), join(folder, `${name}.parquet`));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Opens the first table, then the others inside it, so that a failure leaves none. */
async function writeTexts(
  folder: string,
  [table, ...others]: readonly Table[],
  open: Readonly<Record<string, RowSink>>,
  write: (sinks: Readonly<Record<string, RowSink>>) => Promise<void>,
): Promise<void> {
  await writeFileAtomic(join(folder, `${table.name}.csv`), async (handle) => {
    let text = `${table.columns.map(({ name }) => name).join(',')}\n`;
    const sink: RowSink = {
      add: (cells) => {
        text += `${cells.join(',')}\n`;
      },
      flush: async () => {
        const ready = text;
        text = '';
        if (ready !== '') await handle.writeFile(ready);
      },
    };
    const sinks = mergeRecords(open, recordOf([[table.name, sink]]));
    await (others.length > 0 ? writeTexts(folder, others, sinks, write) : write(sinks));
    await sink.flush();
  });
}

/** Text is written first and converted by DuckDB, which keeps rows in order. */
async function toParquet(folder: string, tables: readonly Table[]): Promise<void> {
  await withDuckDB({ temp_directory: folder }, async (connection) => {
    for (const { name, columns } of tables) {
      const read = columns.map((column) => `${literal(column.name)}: ${literal(textType(column.type))}`).join(', ');
      const select = columns.map((column) => selected(column.name, column.type)).join(', ');
      await connection.run(
        `COPY (SELECT ${select} FROM read_csv(${literal(plain(join(folder, `${name}.csv`)))}, hive_partitioning = false, header = true, auto_detect = false, delim = ',', columns = {${read}}))
         TO ${literal(join(folder, `${name}.parquet`))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)`,
      );
    }
  });
}

function textType(type: string): string {
  return type.endsWith('[]') ? 'VARCHAR' : type;
}

/** A column of a list is cut at the separator; an empty text is an empty list. */
function selected(name: string, type: string): string {
  if (!type.endsWith('[]')) return `"${name}"`;
  const list = `CASE WHEN coalesce("${name}", '') = '' THEN [] ELSE string_split("${name}", '${HISTORY_SEPARATOR}') END`;
  return `CAST(${list} AS ${type}) AS "${name}"`;
}
