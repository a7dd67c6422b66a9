import { DataError, expected } from '@ctrflow/core';
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
