import { ConfigError, DataError, checkObject, expected, suggest } from '@ctrflow/core';
import type { RawTable } from '@ctrflow/features';
import type { Table } from 'apache-arrow';
import type { SourceFile } from './files-of';

/** Rows in memory: objects, columns, or a table of any Arrow library. */
export type MemorySource =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly table: RawTable }
  | { readonly arrow: Table };

/** Columns of another source, found by a key that is unique there. */
export interface Join {
  readonly source: Source;
  /** The key's column, or its names in the rows and in `source`. */
  readonly on: string | readonly [left: string, right: string];
  /** Put before the names of the columns that come in. Default none. */
  readonly prefix?: string;
}

/**
 * Where rows come from: a file, a glob, several of either, a member of a zip archive (`file.zip:member`), a DuckDB query (one SELECT), rows in memory, or any of these with
 * the columns of users and items joined to its rows. A path that exists is that file, even if it looks like a glob; nothing is fetched from other machines.
 */
export type Source =
  | string
  | readonly string[]
  | { readonly sql: string }
  | { readonly from: Source; readonly joins: readonly Join[] }
  | MemorySource;

/** What an object of a source has. */
const kinds = ['sql', 'joins', 'rows', 'table', 'arrow'] as const;

/** @throws ConfigError for what is no source */
export function checkSource(who: string, source: Source): void {
  if (typeof source === 'string') return;
  const what = 'a path, a list of paths, { sql }, { from, joins }, { rows }, { table } or { arrow }';
  if (Array.isArray(source)) {
    if (source.every((path) => typeof path === 'string')) return;
    throw new ConfigError(expected(who, what, source));
  }
  const given = checkObject(who, what, source) as Partial<Record<(typeof kinds)[number] | 'from', unknown>>;
  const kind = kinds.find((name) => Object.hasOwn(given, name));
  const isRight = {
    sql: () => typeof given.sql === 'string',
    joins: () => Array.isArray(given.joins) && given.from !== undefined,
    rows: () => Array.isArray(given.rows),
    table: () => typeof given.table === 'object' && given.table !== null,
    arrow: () => typeof given.arrow === 'object' && given.arrow !== null,
  };
  if (kind === undefined) {
    const near = Object.keys(given)
      .map((name) => suggest(name, kinds))
      .find((name) => name !== undefined);
    throw new ConfigError(expected(who, what, source, near === undefined ? undefined : `did you mean "${near}"?`));
  }
  if (!isRight[kind]()) throw new ConfigError(expected(who, what, source));
  if (kind === 'joins') checkSource(who, given.from as Source);
}

/** How a file is written, by its ending. */
export type SourceFormat = 'text' | 'json' | 'parquet';

/** @throws DataError when files are of several formats */
export function formatOf(files: readonly SourceFile[]): SourceFormat {
  const formats = new Set(files.map(({ path }) => formatOfPath(path)));
  if (formats.size > 1) throw new DataError(expected('source', 'files of one format', [...formats].join(' and ')));
  const [format] = formats;
  return format;
}

function formatOfPath(path: string): SourceFormat {
  const name = path.toLowerCase().replace(/\.(gz|zst)$/, '');
  if (/\.(parquet|pq)$/.test(name)) return 'parquet';
  return /\.(jsonl|ndjson|json)$/.test(name) ? 'json' : 'text';
}
