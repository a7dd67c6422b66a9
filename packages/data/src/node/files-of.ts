import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { ConfigError, DataError, expected } from '@ctrflow/core';
import { literal } from './database';
import type { Database } from './database';
import { unzipMember } from './unzip-member';

/** A file to be read. */
export interface SourceFile {
  readonly path: string;
  /** What the user calls it: the path, or the member of an archive that was unpacked there. */
  readonly name: string;
}

/**
 * The files that a name stands for: a path that exists is that path, whatever characters it holds; a member of an archive (`file.zip:member`) is unpacked; only what is
 * left can be a pattern.
 *
 * @throws DataError for what is not there or is no file; ConfigError for an address
 */
export async function filesOf(database: Database, name: string): Promise<SourceFile[]> {
  const archive = archiveOf(name);
  if (archive !== undefined) {
    await checkFile(archive.path);
    const path = await unzipMember(archive.path, archive.member, await database.newFolder());
    return [{ path, name: archive.member === undefined ? archive.path : name }];
  }
  const paths = await pathsOf(database, name);
  for (const path of paths) await checkFile(path);
  return paths.map((path) => ({ path, name: path }));
}

/**
 * The paths that a name stands for; of a member of an archive, that of the archive.
 *
 * @throws DataError where there are none; ConfigError for an address
 */
export async function pathsOf(database: Database, name: string): Promise<string[]> {
  const path = plainPath(name);
  if (existsSync(path)) return [path];
  const archive = archiveOf(name);
  if (archive !== undefined) return [archive.path];
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name))
    throw new ConfigError(expected('source', 'a path of this machine', name, 'nothing is fetched: download it first, and give the path of the file')); // prettier-ignore
  if (!/[*?[]/.test(name)) throw new DataError(expected('source', 'a file that exists', name, 'is the path right?'));
  const matches = await database.rows(`SELECT file FROM glob(${literal(patternOf(path))}) ORDER BY file`);
  if (matches.length === 0)
    throw new DataError(expected('source', 'a file that exists', name, 'no file matches this pattern'));
  return matches.map(({ file }) => file as string);
}

/** A list of files in SQL: DuckDB takes `*`, `?` and `[` in a path for a pattern, so that each is written as a class of one character. */
export function fileList(files: readonly SourceFile[]): string {
  return `[${files.map(({ path }) => literal(escaped(path))).join(', ')}]`;
}

/** Options in SQL of what reads texts. DuckDB finds no ending behind a `?`: the packing is said, unless files differ in it. */
export function readerOptions(files: readonly SourceFile[]): string {
  const packings = new Set(files.map(({ path }) => packingOf(path)));
  const [packing] = packings;
  return `hive_partitioning = false${packings.size === 1 ? `, compression = ${literal(packing)}` : ''}`;
}

function packingOf(path: string): 'gzip' | 'zstd' | 'uncompressed' {
  if (/\.gz$/i.test(path)) return 'gzip';
  return /\.zst$/i.test(path) ? 'zstd' : 'uncompressed';
}

function escaped(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** Folders at the beginning that exist are those folders. */
function patternOf(path: string): string {
  const parts = path.split('/');
  let numPlain = 0;
  while (numPlain < parts.length - 1 && existsSync(`${parts.slice(0, numPlain + 1).join('/')}/`)) numPlain++;
  return [...parts.slice(0, numPlain).map(escaped), ...parts.slice(numPlain)].join('/');
}

/** DuckDB takes `~` for the home folder, and `file:` and the like for an address. */
function plainPath(name: string): string {
  return !isAbsolute(name) && /^(~|[^/]*:)/.test(name) ? `./${name}` : name;
}

function archiveOf(name: string): { readonly path: string; readonly member?: string } | undefined {
  const path = plainPath(name);
  if (existsSync(path)) return /\.zip$/i.test(path) ? { path } : undefined;
  const [, archive, member] = /^(.*\.zip):(.+)$/is.exec(path) ?? [];
  return archive !== undefined && existsSync(archive) ? { path: archive, member } : undefined;
}

async function checkFile(path: string): Promise<void> {
  const file = await stat(path);
  if (file.isDirectory()) throw new DataError(expected('source', 'a file', `the folder ${path}`, `name a file or a glob such as ${path}/*.csv`)); // prettier-ignore
  if (!file.isFile()) throw new DataError(expected('source', 'a file', `a pipe or device, ${path}`, 'write what it gives into a file, which is read more than once')); // prettier-ignore
  if (file.size === 0) throw new DataError('source: expected rows, got an empty file', { file: path });
}
