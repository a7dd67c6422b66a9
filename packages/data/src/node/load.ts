import type { SchemaSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import { literal } from './database';
import type { Database } from './database';
import { checkJoin, joinTables } from './join';
import { filesOf, isGlob } from './files-of';
import { loadJson } from './load-json';
import { loadMemory } from './load-memory';
import { loadText } from './load-text';
import { createTable, describeTable } from './loaded-table';
import type { LoadOptions, LoadedTable } from './loaded-table';
import { sourceFiles } from './source';
import type { Source } from './source';
import { checkWhole } from './whole-file';

/** Loads a source into a table of the database; columns of text files stay text unless `spec` says otherwise: the schema, not the reader, decides types. */
export async function loadTable(
  database: Database,
  name: string,
  source: Source,
  options: LoadOptions = {},
): Promise<LoadedTable> {
  const limit = options.limit === undefined ? '' : ` LIMIT ${options.limit}`;
  if (typeof source === 'object' && 'sql' in source) {
    await createTable(database, name, `SELECT * FROM (${source.sql})${limit}`, 'query');
    return describeTable(database, name, [source.sql]);
  }
  if (typeof source === 'object' && 'joins' in source)
    return loadJoined(database, name, source, { ...options, spec: undefined });
  if (typeof source === 'object' && !Array.isArray(source))
    return loadMemory(database, name, source as Exclude<typeof source, readonly string[]>, options.limit);
  const files = source as string | readonly string[];
  const { format, paths } = await sourceFiles(files, database.folder);
  const shown = typeof files === 'string' ? files : files.join(', ');
  for (const file of await filesOf(database, paths.filter(isGlob))) await checkWhole(file);
  if (format === 'text') return loadText(database, name, paths, shown, options);
  if (format === 'json') return loadJson(database, name, paths, shown, options);
  await createTable(database, name, `SELECT * FROM read_parquet([${paths.map(literal).join(', ')}])${limit}`, shown);
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
      ...(dialect?.comment !== undefined && { dialect: { comment: dialect.comment } }),
      ...(onBadRow && { onBadRow }),
    });
    table = await joinTables(database, table, other, { on, ...(prefix !== undefined && { prefix }) });
  }
  return table;
}

/** The dialect that a schema was made with, for another file: a header names that file's own columns. */
export function fileDialect(spec: SchemaSpec | undefined): DialectOptions {
  const { names, ...dialect }: DialectOptions = spec?.dialect ?? {};
  return dialect.header === true || names === undefined ? dialect : { ...dialect, names };
}
