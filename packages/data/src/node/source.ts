import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DataError, expected } from '@ctrflow/core';
import type { RawTable } from '@ctrflow/features';
import type { Table } from 'apache-arrow';
import { isGlob } from './files-of';
import { unzipMember } from './unzip-member';
import { checkWhole } from './whole-file';

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
 * Where rows come from: a file, a glob, several of either, a member of a zip archive (`file.zip:member`), a DuckDB query, rows in memory, or any of these with the columns
 * of users and items joined to its rows.
 */
export type Source =
  | string
  | readonly string[]
  | { readonly sql: string }
  | { readonly from: Source; readonly joins: readonly Join[] }
  | MemorySource;

/** Files as DuckDB reads them. */
export interface SourceFiles {
  readonly format: 'text' | 'json' | 'parquet';
  readonly paths: readonly string[];
}

/** Archives are unpacked into `folder`; everything else is read where it lies. */
export async function sourceFiles(source: string | readonly string[], folder: string): Promise<SourceFiles> {
  const names = typeof source === 'string' ? [source] : source;
  if (names.length === 0) throw new DataError(expected('source', 'at least one file', 'none'));
  const paths = await Promise.all(names.map((name) => fileOf(name, folder)));
  const formats = new Set(paths.map(formatOf));
  const [format] = formats;
  if (formats.size > 1) throw new DataError(expected('source', 'files of one format', [...formats].join(' and ')));
  return { format, paths };
}

function formatOf(path: string): SourceFiles['format'] {
  const name = path.toLowerCase().replace(/\.(gz|zst)$/, '');
  if (/\.(parquet|pq)$/.test(name)) return 'parquet';
  return /\.(jsonl|ndjson|json)$/.test(name) ? 'json' : 'text';
}

async function fileOf(name: string, folder: string): Promise<string> {
  const zip = /^(.*\.zip)(?::(.+))?$/i.exec(name);
  if (zip !== null && existsSync(zip[1])) return unzipMember(zip[1], zip[2], folder);
  if (isGlob(name)) return name;
  const file = await stat(name).catch(() => undefined);
  if (file === undefined) throw new DataError(expected('source', 'a file that exists', name, 'is the path right?'));
  if (file.isDirectory()) throw new DataError(expected('source', 'a file', `the folder ${name}`, `name a file or a glob such as ${name}/*.csv`)); // prettier-ignore
  if (file.isFile() && file.size === 0) throw new DataError('source: expected rows, got an empty file', { file: name });
  await checkWhole(name);
  return name;
}
