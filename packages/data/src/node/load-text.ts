import { DataError, expected } from '@ctrflow/core';
import type { Dialect } from '@ctrflow/features';
import { sniffDialect } from '../dialect';
import { identifier, literal } from './database';
import type { Database } from './database';
import { filesOf } from './files-of';
import { createTable, describeTable, unreadable } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { makeWithNumbers, numberColumns } from './number-columns';
import { quarantineRows } from './quarantine';
import type { OnBadRow } from './quarantine';

/** Bytes of a file that a thread parses at a time: half of DuckDB's default leaves no thread without work for as long. */
const BUFFER_BYTES = 2 ** 24;
/** DuckDB's own default, as long as no size of a buffer is given. */
const MAX_LINE_BYTES = 2_000_000;

/** Loads delimited text. */
export async function loadText(
  database: Database,
  name: string,
  paths: readonly string[],
  shown: string,
  options: LoadOptions,
): Promise<LoadedTable> {
  const list = `[${paths.map(literal).join(', ')}]`;
  const dialect = sniffDialect(
    await firstLines(database, list, shown),
    options.dialect ?? {},
    options.expectedNames ?? [],
  );
  const { delimiter, quote, header, comment, names = [] } = dialect;
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined)
    throw new DataError(expected('source', 'column names that differ', `"${twice}" twice`), { file: shown });
  const unnamed = names.indexOf('');
  if (unnamed >= 0) {
    const hint = 'give all names with `names`';
    throw new DataError(expected('source', 'a name for every column', `none for column ${unnamed + 1}`, hint), { file: shown }); // prettier-ignore
  }
  const files = await filesOf(database, paths);
  if (header && options.dialect?.names === undefined) await sameColumns(database, files, dialect);
  const columns = `{${names.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`;
  const settings = [
    'auto_detect = false',
    `header = ${header}`,
    `delim = ${literal(delimiter)}`,
    `quote = ${literal(quote)}`,
    `escape = ${literal(quote)}`,
    `columns = ${columns}`,
    `buffer_size = ${BUFFER_BYTES}`,
    `max_line_size = ${MAX_LINE_BYTES}`,
    'store_rejects = true',
    'rejects_limit = 0',
    `rejects_table = ${literal(`${name}_rejects`)}`,
    `rejects_scan = ${literal(`${name}_scan`)}`,
    ...(comment === undefined ? [] : [`comment = ${literal(comment)}`]),
  ];
  const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
  const from = `read_csv(${list}, ${settings.join(', ')})${limit}`;
  const { spec = { fields: [] } } = options;
  const numbers = await makeWithNumbers(
    database,
    name,
    numberColumns(spec, names),
    spec,
    (sqlOf) => createTable(database, name, `SELECT ${names.map(sqlOf).join(', ')} FROM ${from}`, shown),
    async () => {
      for (const table of [name, `${name}_rejects`, `${name}_scan`])
        await database.connection.run(`DROP TABLE ${identifier(table)}`);
    },
  );
  const rejected = await handleRejects(database, name, options.onBadRow ?? 'fail');
  const malformed = [...rejected.values()].reduce((sum, lines) => sum + lines.size, 0);
  const dropped = malformed === 0 ? {} : { malformed };
  const table = await describeTable(database, name, [shown], { dropped, numbers });
  return { ...table, dialect, text: { files, dialect, rejected } };
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

/** Columns are read by their place: a file whose header names others, or in another order, would be read wrong. */
async function sameColumns(database: Database, files: readonly string[], dialect: Dialect): Promise<void> {
  const { names: wanted = [], ...known } = dialect;
  for (const file of files.slice(1)) {
    const { names = [] } = sniffDialect(await firstLines(database, `[${literal(file)}]`, file), known, []);
    if (names.join('\n') === wanted.join('\n')) continue;
    const hint = 'all files need the same columns in the same order';
    throw new DataError(expected('source', `the columns of ${files[0]}: ${wanted.join(', ')}`, names.join(', '), hint), { file }); // prettier-ignore
  }
}

/** Lines that do not fit the dialect: an error, or counted, or written to the quarantine file. Returns them by file. */
async function handleRejects(
  database: Database,
  table: string,
  onBadRow: OnBadRow,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const rejects = await database.rows(
    `SELECT file_path, line, error_type, csv_line, error_message FROM ${identifier(`${table}_rejects`)} JOIN ${identifier(`${table}_scan`)} USING (scan_id, file_id) ORDER BY file_id, line`,
  );
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const lines = new Map<string, Set<number>>();
  if (rejects.length === 0) return lines;
  if (onBadRow === 'fail') {
    const [{ file_path: file, line, error_message: message, csv_line: content }] = rejects;
    const hint = 'mend the line, or choose onBadRow "skip" or "quarantine"';
    throw new DataError(`source: expected a line of the declared form, got: ${text(message)}; ${hint}`, {
      file: text(file),
      line: Number(line),
      value: text(content),
    });
  }
  const entries: object[] = [];
  for (const { file_path: path, line, error_type: reason, csv_line: content } of rejects) {
    const file = text(path);
    const known = lines.get(file) ?? new Set<number>();
    if (!known.has(Number(line))) entries.push({ file, line: Number(line), reason: text(reason), text: text(content) });
    lines.set(file, known.add(Number(line)));
  }
  if (onBadRow !== 'skip') await quarantineRows(onBadRow.quarantine, entries);
  return lines;
}
