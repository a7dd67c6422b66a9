import { DataError } from '@ctrflow/core';
import { identifier, literal } from './database';
import type { Database } from './database';
import { filesOf } from './files-of';
import { createTable, describeTable } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { textLines } from './locate';

/** Loads JSON lines, an object each. */
export async function loadJson(
  database: Database,
  name: string,
  paths: readonly string[],
  shown: string,
  { limit }: LoadOptions,
): Promise<LoadedTable> {
  const read = `read_json([${paths.map(literal).join(', ')}], format = 'newline_delimited')`;
  const rows = limit === undefined ? '' : ` LIMIT ${limit}`;
  try {
    await createTable(database, name, `SELECT * FROM ${read}${rows}`, shown);
  } catch (error) {
    throw (await malformedLine(await filesOf(database, paths))) ?? error;
  }
  const { types } = await describeTable(database, name, [shown]);
  // A column of numbers and texts is of type JSON, where texts have quotes.
  for (const [column, type] of Object.entries(types)) {
    if (type !== 'JSON') continue;
    await database.connection.run(
      `ALTER TABLE ${identifier(name)} ALTER COLUMN ${identifier(column)} TYPE VARCHAR USING ${identifier(column)} ->> '$'`,
    );
  }
  return describeTable(database, name, [shown]);
}

/** The first line that is no JSON: DuckDB counts lines otherwise. */
async function malformedLine(files: readonly string[]): Promise<DataError | undefined> {
  for (const file of files) {
    if (file.toLowerCase().endsWith('.zst')) continue;
    let line = 0;
    for await (const text of textLines(file)) {
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
