import { DataError, checkInteger, emptyRecord, expected, recordOf, suggest } from '@ctrflow/core';
import type { Dialect, SchemaSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import { nameOf, storedName } from './column-names';
import { identifier, literal } from './database';
import type { Database } from './database';
import type { TextSource } from './locate';
import { withoutRoom } from './out-of-room';
import type { OnBadRow } from './quarantine';

/** Options of loading a table. */
export interface LoadOptions {
  /** How text files are written; refused where the source is something else. */
  readonly dialect?: DialectOptions;
  /** The same as a schema or another file has it: it has no say in sources of other kinds, and `dialect` counts more. */
  readonly likelyDialect?: DialectOptions;
  /** Names that a header must hold, such as the label. */
  readonly expectedNames?: readonly string[];
  readonly onBadRow?: OnBadRow;
  /** Reads this many rows at most. */
  readonly limit?: number;
  /** Declaration of the columns, where nothing but the schema will read them: what only numeric fields read is made numbers. */
  readonly spec?: SchemaSpec | undefined;
}

/** A table of texts (or of what a typed source holds, or of numbers made of texts), in the order of the file. */
export interface LoadedTable {
  readonly name: string;
  /** SQL for the number that a row had in the source. */
  readonly row: 'rowid' | 'ctrflow_row';
  readonly columns: readonly string[];
  /** DuckDB's type of each column. */
  readonly types: Readonly<Record<string, string>>;
  /** Columns of texts that were made numbers, null where they miss. */
  readonly numbers: readonly string[];
  readonly numRows: number;
  readonly sources: readonly string[];
  readonly dialect?: Dialect;
  /** Text files, to find the line of a row in. */
  readonly text?: TextSource;
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** SQL for at most so many rows. */
export function limitClause(limit: number | undefined): string {
  return limit === undefined ? '' : ` LIMIT ${checkInteger('source', 'limit', limit, { min: 1 })}`;
}

/** Runs a query into a table. */
export async function createTable(database: Database, name: string, select: string, shown: string): Promise<void> {
  try {
    await database.run(`CREATE TABLE ${identifier(name)} AS ${select}`);
  } catch (error) {
    throw unreadable(error, shown);
  }
}

/** SQL for rows of a query or a reader whose columns have the names of the source. */
export async function renamed(database: Database, from: string, shown: string): Promise<string> {
  const columns = await database.rows(`DESCRIBE SELECT * FROM ${from}`).catch((error: unknown) => {
    throw unreadable(error, shown);
  });
  const names = columns.map(({ column_name: name }) => identifier(storedName(name as string)));
  return `SELECT * FROM ${from} AS source(${names.join(', ')})`;
}

/** What DuckDB says of a file that it cannot read. */
export function unreadable(error: unknown, file: string): DataError {
  const room = withoutRoom(error);
  if (room instanceof DataError) return room;
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new DataError(
    `source: expected a file that can be read as declared, got: ${reason}`,
    { file },
    { cause: error },
  );
}

/** What is in a table that was loaded. */
export async function describeTable(
  database: Database,
  name: string,
  sources: readonly string[],
  made: Partial<Pick<LoadedTable, 'dropped' | 'numbers'>> = {},
): Promise<LoadedTable> {
  const columns = await database.rows(
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ${literal(name)} ORDER BY ordinal_position`,
  );
  const [{ count }] = await database.rows(`SELECT count(*) AS count FROM ${identifier(name)}`);
  if (Number(count) === 0) throw new DataError('source: expected rows, got none', { file: sources.join(', ') });
  return {
    name,
    row: 'rowid',
    columns: columns.map((row) => nameOf(row.column_name as string)),
    types: recordOf(columns.map((row) => [nameOf(row.column_name as string), row.data_type as string])),
    numRows: Number(count),
    sources,
    numbers: [],
    dropped: emptyRecord(),
    ...made,
  };
}

/** @throws DataError naming the columns that are not there, with the nearest ones that are */
export function requireColumns({ columns, sources }: LoadedTable, wanted: readonly string[]): void {
  const missing = wanted.find((column) => !columns.includes(column));
  if (missing === undefined) return;
  const near = suggest(missing, columns);
  const hint =
    near === undefined ? 'name the columns of a file without a header with `names`' : `did you mean "${near}"?`;
  throw new DataError(expected('source', `a column "${missing}" among ${columns.join(', ')}`, 'none', hint), {
    file: sources.join(', '),
  });
}
