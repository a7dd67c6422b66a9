import { DataError, expected } from '@ctrflow/core';
import { columnIdentifier } from './column-names';
import { identifier, literal } from './database';
import type { Database } from './database';
import { fileList, readerOptions } from './files-of';
import type { SourceFile } from './files-of';
import { checkJsonLines } from './json-depth';
import { createTable, describeTable, limitClause, renamed } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { textLines } from './locate';
import { isPlainOrGzip, requireUtf8 } from './text-bytes';

/** Loads JSON lines, an object each. */
export async function loadJson(
  database: Database,
  name: string,
  files: readonly SourceFile[],
  shown: string,
  { limit }: LoadOptions,
): Promise<LoadedTable> {
  for (const { path, name: shownName } of files) {
    if (!isPlainOrGzip(path)) continue;
    await requireUtf8(path, shownName);
    await checkJsonLines(path, shownName);
  }
  const read = `read_json(${fileList(files)}, format = 'newline_delimited', ${readerOptions(files)})`;
  try {
    await createTable(database, name, `${await renamed(database, read, shown)}${limitClause(limit)}`, shown);
  } catch (error) {
    throw (await malformedLine(files)) ?? error;
  }
  const { columns, types } = await describeTable(database, name, [shown]);
  await requireDistinctKeys(database, fileList(files), columns, shown);
  // A column of numbers and texts is of type JSON, where texts have quotes.
  for (const [column, type] of Object.entries(types)) {
    if (type !== 'JSON') continue;
    await database.run(
      `ALTER TABLE ${identifier(name)} ALTER COLUMN ${columnIdentifier(column)} TYPE VARCHAR USING ${columnIdentifier(column)} ->> '$'`,
    );
  }
  return describeTable(database, name, [shown]);
}

/**
 * DuckDB takes keys that differ in case only for one name, and calls the second `A_1`.
 *
 * @throws DataError for such keys
 */
async function requireDistinctKeys(
  database: Database,
  list: string,
  columns: readonly string[],
  file: string,
): Promise<void> {
  for (const column of columns) {
    const [, key] = /^(.*)_\d+$/s.exec(column) ?? [];
    const other = columns.find((name) => name !== column && name.toLowerCase() === key?.toLowerCase());
    if (key === undefined || other === undefined) continue;
    const [found] = await database.rows(`SELECT 1 FROM read_json_objects(${list}, format = 'newline_delimited') WHERE list_contains(json_keys(json), ${literal(key)}) AND NOT list_contains(json_keys(json), ${literal(column)}) LIMIT 1`); // prettier-ignore
    if (found === undefined || key === other) continue;
    throw new DataError(expected('source', 'keys that differ in more than capitals', `${other} and ${key}`, 'rename one of them'), { file }); // prettier-ignore
  }
}

/** The first line that is no JSON: DuckDB counts lines otherwise. */
async function malformedLine(files: readonly SourceFile[]): Promise<DataError | undefined> {
  for (const { path, name: file } of files) {
    if (!isPlainOrGzip(path)) continue;
    let line = 0;
    for await (const text of textLines(path)) {
      line++;
      if (text.trim() === '') continue;
      const problem = problemOf(text);
      if (problem === undefined) continue;
      return new DataError(`source: expected a JSON object on every line, got: ${problem}`, { file, line, value: text.slice(0, 200) }); // prettier-ignore
    }
  }
  return undefined;
}

function problemOf(text: string): string | undefined {
  if (text.includes('\uFFFD')) return 'bytes that are no UTF-8';
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'no object';
  } catch (error) {
    return (error as Error).message;
  }
}
