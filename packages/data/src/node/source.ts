import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError, expected, suggest } from '@ctrflow/core';
import type { RawTable } from '@ctrflow/features';
import type { Table } from 'apache-arrow';
import yauzl from 'yauzl';

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
  if (/[*?[]/.test(name)) return name;
  const file = await stat(name).catch(() => undefined);
  if (file === undefined) throw new DataError(expected('source', 'a file that exists', name, 'is the path right?'));
  if (file.isDirectory()) throw new DataError(expected('source', 'a file', `the folder ${name}`, `name a file or a glob such as ${name}/*.csv`)); // prettier-ignore
  if (file.isFile() && file.size === 0) throw new DataError('source: expected rows, got an empty file', { file: name });
  if (name.toLowerCase().endsWith('.gz')) await checkGzip(name);
  return name;
}

/** DuckDB reads a gzip file that was cut off up to where it ends, without a word. */
async function checkGzip(path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), createGunzip(), new Writable({ write: (_chunk, _encoding, done) => { done(); } })); // prettier-ignore
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(
      `source: expected a whole gzip file, got a damaged or truncated one (${reason})`,
      { file: path },
      { cause: error },
    );
  }
}

async function unzipMember(path: string, member: string | undefined, folder: string): Promise<string> {
  const archive = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, opened) => {
      if (error === null) resolve(opened);
      else
        reject(new DataError(`source: expected a zip archive, got a damaged one (${error.message})`, { file: path }));
    });
  });
  try {
    const entries = (await entriesOf(archive)).filter(({ fileName }) => !/\/$|__MACOSX|\.DS_Store/.test(fileName));
    const names = entries.map(({ fileName }) => fileName);
    const entry =
      member === undefined && entries.length === 1 ? entries[0] : entries.find(({ fileName }) => fileName === member);
    if (entry === undefined) {
      const near = member === undefined ? undefined : suggest(member, names);
      const hint = near === undefined ? `write ${path}:MEMBER` : `did you mean "${near}"?`;
      throw new DataError(expected(path, `one of its members ${names.join(', ')}`, member ?? 'no member', hint));
    }
    const target = join(folder, basename(entry.fileName));
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      archive.openReadStream(entry, (error, opened) => {
        if (error === null) resolve(opened);
        else reject(error);
      });
    });
    await pipeline(stream, createWriteStream(target));
    return target;
  } finally {
    archive.close();
  }
}

function entriesOf(archive: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = [];
    archive.on('entry', (entry: yauzl.Entry) => {
      entries.push(entry);
      archive.readEntry();
    });
    archive.on('end', () => {
      resolve(entries);
    });
    archive.on('error', reject);
    archive.readEntry();
  });
}
