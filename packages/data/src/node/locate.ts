import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { DataLocation } from '@ctrflow/core';
import type { Dialect } from '@ctrflow/features';
import { endsQuoted } from '../dialect';
import type { SourceFile } from './files-of';
import { isPlainOrGzip } from './text-bytes';

/** A text file as it was read: itself, or a copy without the records that are too long. */
export interface TextFile extends SourceFile {
  /** The user's line of a line that was read. */
  readonly lineOf: (line: number) => number;
}

/** Text files as they were read. */
export interface TextSource {
  /** Files in the order of their rows. */
  readonly files: readonly TextFile[];
  readonly dialect: Dialect;
  /** Lines that were left out, by path. */
  readonly rejected: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * Finds rows in the files that they came from, by counting records up to them: done only when a row is bad. A row of a file that cannot be read line by line here (zst) keeps
 * its number alone.
 *
 * @param rows - numbers of rows from 0, ascending
 */
export async function locateRows(
  rows: readonly number[],
  { files, dialect, rejected }: TextSource,
): Promise<DataLocation[]> {
  const found: DataLocation[] = [];
  let row = 0;
  for (const { path, name, lineOf } of files) {
    if (found.length === rows.length || !isPlainOrGzip(path)) break;
    for await (const line of recordLines(path, dialect, rejected.get(path))) {
      if (row++ === rows[found.length]) found.push({ file: name, line: lineOf(line) });
      if (found.length === rows.length) break;
    }
  }
  return found;
}

/** The first line of every record. */
async function* recordLines(
  file: string,
  { delimiter, quote, header, comment }: Dialect,
  rejected: ReadonlySet<number> | undefined,
): AsyncGenerator<number> {
  let [line, first, quoted, expectHeader] = [0, 0, false, header];
  for await (const text of textLines(file)) {
    line++;
    if (!quoted) {
      if (text === '' || (comment !== undefined && text.startsWith(comment)) || rejected?.has(line)) continue;
      first = line;
    }
    quoted = endsQuoted(text, delimiter, quote, quoted);
    if (quoted) continue;
    if (expectHeader) expectHeader = false;
    else yield first;
  }
}

/** Lines of a file, plain or gzip. */
export function textLines(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file);
  const input = file.toLowerCase().endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  return createInterface({ input, crlfDelay: Infinity });
}
