import { appendFile, writeFile } from 'node:fs/promises';
import { DataError, expected, suggest } from '@ctrflow/core';
import type { Dialect, SchemaSpec } from '@ctrflow/features';
import { sniffDialect } from '../dialect';
import type { DialectOptions } from '../dialect';
import { identifier, literal } from './database';
import type { Database } from './database';
import { sourceFiles } from './source';
import type { Source } from './source';

/** What happens to rows that cannot be read as declared. */
export type OnBadRow = 'fail' | 'skip' | { readonly quarantine: string };

/** Options of {@link loadTable}. */
export interface LoadOptions {
  readonly dialect?: DialectOptions;
  /** Names that a header must hold, such as the label. */
  readonly expectedNames?: readonly string[];
  readonly onBadRow?: OnBadRow;
  /** Reads this many rows at most. */
  readonly limit?: number;
}

/** A table of texts, in the order of the file. */
export interface LoadedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly numRows: number;
  readonly sources: readonly string[];
  readonly dialect?: Dialect;
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Loads a source into a table of the database, every column as text: the schema, not the reader, decides types. */
export async function loadTable(
  database: Database,
  name: string,
  source: Source,
  options: LoadOptions = {},
): Promise<LoadedTable> {
  const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
  if (typeof source === 'object' && 'sql' in source) {
    await create(database, name, `SELECT * FROM (${source.sql})${limit}`, 'query');
    return describe(database, name, [source.sql], {});
  }
  const { format, paths } = await sourceFiles(source, database.folder);
  const shown = typeof source === 'string' ? source : source.join(', ');
  const list = `[${paths.map(literal).join(', ')}]`;
  if (format === 'parquet') await create(database, name, `SELECT * FROM read_parquet(${list})${limit}`, shown);
  else if (format === 'json')
    await create(database, name, `SELECT * FROM read_json(${list}, format = 'newline_delimited')${limit}`, shown);
  else return loadText(database, name, list, shown, { ...options, ...(options.limit && { limit: options.limit }) });
  return describe(database, name, [shown], {});
}

async function loadText(
  database: Database,
  name: string,
  list: string,
  shown: string,
  options: LoadOptions,
): Promise<LoadedTable> {
  const dialect = sniffDialect(
    await firstLines(database, list, shown),
    options.dialect ?? {},
    options.expectedNames ?? [],
  );
  const { delimiter, quote, header, comment, names = [] } = dialect;
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined)
    throw new DataError(expected('source', 'column names that differ', `"${twice}" twice`), { file: shown });
  const columns = `{${names.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`;
  const settings = [
    'auto_detect = false',
    `header = ${header}`,
    `delim = ${literal(delimiter)}`,
    `quote = ${literal(quote)}`,
    `escape = ${literal(quote)}`,
    `columns = ${columns}`,
    'store_rejects = true',
    'rejects_limit = 100000',
    `rejects_table = ${literal(`${name}_rejects`)}`,
    `rejects_scan = ${literal(`${name}_scan`)}`,
    ...(comment === undefined ? [] : [`comment = ${literal(comment)}`]),
  ];
  const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
  await create(database, name, `SELECT * FROM read_csv(${list}, ${settings.join(', ')})${limit}`, shown);
  const dropped = await handleRejects(database, `${name}_rejects`, shown, options.onBadRow ?? 'fail');
  return { ...(await describe(database, name, [shown], dropped)), dialect };
}

/** The first lines of a text file, decompressed. */
async function firstLines(database: Database, list: string, shown: string): Promise<string[]> {
  const sql = `SELECT line FROM read_csv(${list}, auto_detect = false, header = false, delim = chr(7), quote = '', escape = '', columns = {'line': 'VARCHAR'}, ignore_errors = true) LIMIT 200`;
  const rows = await database.rows(sql).catch((error: unknown) => {
    throw unreadable(error, shown);
  });
  if (rows.length === 0) throw new DataError('source: expected rows, got an empty file', { file: shown });
  return rows.map(({ line }) => (typeof line === 'string' ? line : ''));
}

async function create(database: Database, name: string, select: string, shown: string): Promise<void> {
  try {
    await database.connection.run(`CREATE TEMP TABLE ${identifier(name)} AS ${select}`);
  } catch (error) {
    throw unreadable(error, shown);
  }
}

function unreadable(error: unknown, file: string): DataError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new DataError(
    `source: expected a file that can be read as declared, got: ${reason}`,
    { file },
    { cause: error },
  );
}

/** Lines that do not fit the dialect: an error, or counted, or written to the quarantine file. */
async function handleRejects(
  database: Database,
  table: string,
  file: string,
  onBadRow: OnBadRow,
): Promise<Record<string, number>> {
  const sql = `SELECT line, error_type, csv_line, error_message FROM ${identifier(table)} ORDER BY line`;
  const rejects = await database.rows(sql);
  if (rejects.length === 0) return {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const [{ line, error_message: message, csv_line: content }] = rejects;
  if (onBadRow === 'fail') {
    const hint = 'mend the line, or choose onBadRow "skip" or "quarantine"';
    throw new DataError(`source: expected a line of the declared form, got: ${text(message)}; ${hint}`, {
      file,
      line: Number(line),
      value: text(content),
    });
  }
  const lines = new Map(rejects.map((reject) => [Number(reject.line), reject]));
  if (onBadRow !== 'skip') {
    const entries = [...lines.values()].map((reject) => JSON.stringify({ file, line: Number(reject.line), reason: text(reject.error_type), text: text(reject.csv_line) })); // prettier-ignore
    await appendFile(onBadRow.quarantine, entries.map((entry) => `${entry}\n`).join(''));
  }
  return { malformed: lines.size };
}

/** Empties a quarantine file at the start of a reading. */
export async function beginQuarantine(onBadRow: OnBadRow | undefined): Promise<void> {
  if (typeof onBadRow === 'object') await writeFile(onBadRow.quarantine, '');
}

async function describe(
  database: Database,
  name: string,
  sources: readonly string[],
  dropped: Record<string, number>,
): Promise<LoadedTable> {
  const columns = await database.rows(
    `SELECT column_name FROM information_schema.columns WHERE table_name = ${literal(name)} ORDER BY ordinal_position`,
  );
  const [{ count }] = await database.rows(`SELECT count(*) AS count FROM ${identifier(name)}`);
  if (Number(count) === 0) throw new DataError('source: expected rows, got none', { file: sources.join(', ') });
  return { name, columns: columns.map((row) => row.column_name as string), numRows: Number(count), sources, dropped };
}

/** The dialect that a schema was made with, for another file: a header names that file's own columns. */
export function fileDialect(spec: SchemaSpec | undefined): DialectOptions {
  const { names, ...dialect }: DialectOptions = spec?.dialect ?? {};
  return dialect.header === true || names === undefined ? dialect : { ...dialect, names };
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
