import { ConfigError, DataError, expected } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import type { Database } from './database';
import { checkJoin, joinTables } from './join';
import { fileList, filesOf } from './files-of';
import type { SourceFile } from './files-of';
import { loadJson } from './load-json';
import { loadMemory } from './load-memory';
import { loadText } from './load-text';
import { createTable, describeTable, limitClause, renamed } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { oneSelect } from './one-select';
import { formatOf } from './source';
import type { Source } from './source';
import { checkWhole } from './whole-file';

/** Loads a source into a table of the database; columns of text files stay text unless `spec` says otherwise: the schema, not the reader, decides types. */
export async function loadTable(
  database: Database,
  name: string,
  source: Source,
  options: LoadOptions = {},
): Promise<LoadedTable> {
  const limit = limitClause(options.limit);
  if (typeof source === 'object' && 'sql' in source) {
    requireNoDialect(options, 'a query');
    const query = await renamed(database, `(${await oneSelect(database, source.sql)}\n)`, 'query');
    await createTable(database, name, `${query}${limit}`, 'query');
    return describeTable(database, name, [source.sql]);
  }
  if (typeof source === 'object' && 'joins' in source)
    return loadJoined(database, name, source, { ...options, spec: undefined });
  if (typeof source === 'object' && !Array.isArray(source)) {
    requireNoDialect(options, 'rows in memory');
    return loadMemory(database, name, source as Exclude<typeof source, readonly string[]>, options.limit);
  }
  const names = typeof source === 'string' ? [source] : (source as readonly string[]);
  if (names.length === 0) throw new DataError(expected('source', 'at least one file', 'none'));
  const files: SourceFile[] = [];
  for (const one of names) files.push(...(await filesOf(database, one)));
  const format = formatOf(files);
  const shown = names.join(', ');
  if (format !== 'text') requireNoDialect(options, `${shown}, which is ${format === 'json' ? 'JSON' : 'Parquet'}`);
  for (const { path } of files) await checkWhole(path);
  if (format === 'text') {
    const dialect = { ...options.likelyDialect, ...options.dialect };
    return loadText(database, name, files, shown, { ...options, dialect });
  }
  if (format === 'json') return loadJson(database, name, files, shown, options);
  const rows = await renamed(database, `read_parquet(${fileList(files)}, hive_partitioning = false)`, shown);
  await createTable(database, name, `${rows}${limit}`, shown);
  return describeTable(database, name, [shown]);
}

async function loadJoined(
  database: Database,
  name: string,
  { from, joins }: Extract<Source, { joins: unknown }>,
  options: LoadOptions,
): Promise<LoadedTable> {
  joins.forEach(checkJoin);
  let table = await loadTable(database, name, from, options);
  for (const [i, { source, on, prefix }] of joins.entries()) {
    const key = typeof on === 'string' ? on : on[1];
    const { dialect, onBadRow } = options;
    const other = await loadTable(database, `${name}_join${i}`, source, {
      expectedNames: [key],
      ...(dialect?.comment !== undefined && { likelyDialect: { comment: dialect.comment } }),
      ...(onBadRow && { onBadRow }),
    });
    table = await joinTables(database, table, other, { on, ...(prefix !== undefined && { prefix }) });
  }
  return table;
}

/** @throws ConfigError where it is said how a text is written, but nothing of a text is read */
function requireNoDialect({ dialect = {} }: LoadOptions, got: string): void {
  const given = Object.entries(dialect).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new ConfigError(`source: expected a text file beside the option ${given[0]}, got ${got}; leave the option out`);
}

/** The dialect that a schema was made with, for another file: a header names that file's own columns. */
export function fileDialect(spec: SchemaSpec | undefined): DialectOptions {
  const { names, ...dialect }: DialectOptions = spec?.dialect ?? {};
  return dialect.header === true || names === undefined ? dialect : { ...dialect, names };
}
