import { DataError, expected } from '@ctrflow/core';
import type { Dialect } from '@ctrflow/features';
import { identifier } from './database';
import type { Database } from './database';
import type { SourceFile } from './files-of';
import type { TextFile } from './locate';
import { MAX_RECORD_BYTES, longRecords, withoutRecords } from './long-records';
import type { LongRecord } from './long-records';
import { quarantineRows } from './quarantine';
import type { OnBadRow } from './quarantine';
import { isPlainOrGzip } from './text-bytes';

/** Lines that do not fit a dialect: an error, or counted, or written to the quarantine file. Returns them by path. */
export async function rejectedLines(
  database: Database,
  table: string,
  files: readonly TextFile[],
  onBadRow: OnBadRow,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const rejects = await database.rows(
    `SELECT file_path, line, error_type, csv_line, error_message FROM ${identifier(`${table}_rejects`)} JOIN ${identifier(`${table}_scan`)} USING (scan_id, file_id) ORDER BY file_id, line`,
  );
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const lines = new Map<string, Set<number>>();
  if (rejects.length === 0) return lines;
  const fileAt = new Map(files.map((file) => [file.path, file]));
  const placeOf = (path: string, line: number): { file: string; line: number } => {
    const { name, lineOf } = fileAt.get(path) ?? { name: path, lineOf: (same: number) => same };
    return { file: name, line: lineOf(line) };
  };
  if (onBadRow === 'fail') {
    const [{ file_path: path, line, error_message: message, csv_line: content }] = rejects;
    const place = { ...placeOf(text(path), Number(line)), value: text(content) };
    throw new DataError(`source: expected a line of the declared form, got: ${text(message)}; ${hint}`, place);
  }
  const entries: object[] = [];
  for (const { file_path: file, line, error_type: reason, csv_line: content } of rejects) {
    const path = text(file);
    const known = lines.get(path) ?? new Set<number>();
    if (!known.has(Number(line))) entries.push({ ...placeOf(path, Number(line)), reason: text(reason), text: text(content) }); // prettier-ignore
    lines.set(path, known.add(Number(line)));
  }
  if (onBadRow !== 'skip') await quarantineRows(onBadRow.quarantine, entries);
  return lines;
}

const hint = 'mend the line, or choose onBadRow "skip" or "quarantine"';

/** Looks for records that are too long for DuckDB: an error, or left out of the copies that are read instead, and written to the quarantine file. */
export async function leftOut(
  database: Database,
  sources: readonly SourceFile[],
  dialect: Dialect,
  { onBadRow, limit }: { readonly onBadRow: OnBadRow; readonly limit: number | undefined },
): Promise<{ readonly files: readonly TextFile[]; readonly numLong: number }> {
  const files: TextFile[] = [];
  let numLong = 0;
  for (const { path, name } of sources) {
    const long = isPlainOrGzip(path) ? await longRecords(path, dialect, limit) : [];
    numLong += long.length;
    if (long.length === 0) files.push({ path, name, lineOf: (line) => line });
    else files.push(await shortened({ path, name }, long));
  }
  return { files, numLong };

  async function shortened({ path, name }: SourceFile, long: readonly LongRecord[]): Promise<TextFile> {
    const [{ line }] = long;
    const wanted = `lines of at most ${MAX_RECORD_BYTES} bytes`;
    const isFirst = line === 1; // the dialect was found without it
    if (onBadRow === 'fail' || isFirst)
      throw new DataError(expected('source', wanted, 'a longer one', isFirst ? 'the first line tells how the file is written' : `is a quote not closed? ${hint}`), { file: name, line }); // prettier-ignore
    const copy = await withoutRecords(path, long, await database.newFolder());
    const entries = long.map((record, i) => ({ file: name, line: record.line, reason: `expected ${wanted}`, text: copy.beginnings[i] })); // prettier-ignore
    if (onBadRow !== 'skip') await quarantineRows(onBadRow.quarantine, entries);
    return { path: copy.path, name, lineOf: lineBeside(long) };
  }
}

/** The line of a file, for a line of a copy without some records. */
function lineBeside(left: readonly LongRecord[]): (line: number) => number {
  return (line) => left.reduce((at, record) => (record.line <= at ? at + record.numLines : at), line);
}
