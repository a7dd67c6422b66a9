import { DataError, expected } from '@ctrflow/core';
import type { Dialect } from '@ctrflow/features';
import { checkDialect } from '../check-dialect';
import { sniffDialect } from '../dialect';
import { storedName } from './column-names';
import { identifier, literal } from './database';
import type { Database } from './database';
import { fileList, readerOptions } from './files-of';
import type { SourceFile } from './files-of';
import type { TextFile } from './locate';
import { MAX_RECORD_BYTES } from './long-records';
import { createTable, describeTable, limitClause, unreadable } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { makeWithNumbers, numberColumns } from './number-columns';
import { leftOut, rejectedLines } from './rejected-lines';
import { isPlainOrGzip, requireUtf8 } from './text-bytes';

/** Bytes of a file that a thread parses at a time: half of DuckDB's default leaves no thread without work for as long. */
const BUFFER_BYTES = 2 ** 24;

/** Loads delimited text. */
export async function loadText(
  database: Database,
  name: string,
  sources: readonly SourceFile[],
  shown: string,
  options: LoadOptions,
): Promise<LoadedTable> {
  checkDialect(options.dialect);
  for (const { path, name: file } of sources) if (isPlainOrGzip(path)) await requireUtf8(path, file);
  const dialect = sniffDialect(await firstLines(database, sources, shown), options.dialect ?? {}, options.expectedNames ?? []); // prettier-ignore
  checkNames(dialect, shown);
  if (dialect.header && options.dialect?.names === undefined) await sameColumns(database, sources, dialect);
  const { onBadRow = 'fail', limit, spec = { fields: [] } } = options;
  const { files, numLong } = await leftOut(database, sources, dialect, { onBadRow, limit });
  const { names = [] } = dialect;
  const from = `${readText(files, dialect, name)}${limitClause(limit)}`;
  const numbers = await makeWithNumbers(
    database,
    name,
    numberColumns(spec, names),
    spec,
    (sqlOf) => createTable(database, name, `SELECT ${names.map(sqlOf).join(', ')} FROM ${from}`, shown),
    async () => {
      for (const table of [name, `${name}_rejects`, `${name}_scan`])
        await database.run(`DROP TABLE ${identifier(table)}`);
    },
  );
  const rejected = await rejectedLines(database, name, files, onBadRow);
  const malformed = numLong + [...rejected.values()].reduce((sum, lines) => sum + lines.size, 0);
  const dropped = malformed === 0 ? {} : { malformed };
  const table = await describeTable(database, name, [shown], { dropped, numbers });
  return { ...table, dialect, text: { files, dialect, rejected } };
}

/** SQL that reads files, what does not fit the dialect into a table beside `name`. */
function readText(files: readonly TextFile[], dialect: Dialect, name: string): string {
  const { delimiter, quote, header, comment, names = [] } = dialect;
  const settings = [
    'auto_detect = false',
    readerOptions(files),
    `header = ${header}`,
    `delim = ${literal(delimiter)}`,
    `quote = ${literal(quote)}`,
    `escape = ${literal(quote)}`,
    `columns = {${names.map((column) => `${literal(storedName(column))}: 'VARCHAR'`).join(', ')}}`,
    `buffer_size = ${BUFFER_BYTES}`,
    `max_line_size = ${MAX_RECORD_BYTES * 2}`,
    'store_rejects = true',
    'rejects_limit = 0',
    `rejects_table = ${literal(`${name}_rejects`)}`,
    `rejects_scan = ${literal(`${name}_scan`)}`,
    ...(comment === undefined ? [] : [`comment = ${literal(comment)}`]),
  ];
  return `read_csv(${fileList(files)}, ${settings.join(', ')})`;
}

function checkNames({ names = [] }: Dialect, file: string): void {
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined) throw new DataError(expected('source', 'column names that differ', `"${twice}" twice`), { file }); // prettier-ignore
  const unnamed = names.indexOf('');
  if (unnamed < 0) return;
  const hint = 'give all names with `names`';
  throw new DataError(expected('source', 'a name for every column', `none for column ${unnamed + 1}`, hint), { file });
}

/** The first lines of text files, decompressed. */
async function firstLines(database: Database, files: readonly SourceFile[], shown: string): Promise<string[]> {
  const sql = `SELECT line FROM read_csv(${fileList(files)}, auto_detect = false, ${readerOptions(files)}, header = false, delim = chr(7), quote = '', escape = '', columns = {'line': 'VARCHAR'}, ignore_errors = true) LIMIT 200`;
  const rows = await database.rows(sql).catch((error: unknown) => {
    throw unreadable(error, shown);
  });
  if (rows.length === 0) throw new DataError('source: expected rows, got an empty file', { file: shown });
  return rows.map(({ line }) => (typeof line === 'string' ? line : ''));
}

/** Columns are read by their place: a file whose header names others, or in another order, would be read wrong. */
async function sameColumns(database: Database, files: readonly SourceFile[], dialect: Dialect): Promise<void> {
  const { names: wanted = [], ...known } = dialect;
  for (const file of files.slice(1)) {
    const { names = [] } = sniffDialect(await firstLines(database, [file], file.name), known, []);
    if (names.join('\n') === wanted.join('\n')) continue;
    const hint = 'all files need the same columns in the same order';
    throw new DataError(expected('source', `the columns of ${files[0].name}: ${wanted.join(', ')}`, names.join(', '), hint), { file: file.name }); // prettier-ignore
  }
}
