import { appendFile, open, stat, writeFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { ConfigError, expected } from '@ctrflow/core';
import type { Database } from './database';
import { requireNotAmong } from './input-paths';
import type { OpenDatasetOptions } from './open-dataset-options';
import type { Source } from './source';
import { writing } from './writing';

/** What happens to rows that cannot be read as declared. */
export type OnBadRow = 'fail' | 'skip' | { readonly quarantine: string };

/** @throws ConfigError for what is no policy */
export function checkOnBadRow(onBadRow: OnBadRow): void {
  if (typeof onBadRow === 'object' && onBadRow !== null && typeof onBadRow.quarantine === 'string') return;
  if (onBadRow === 'fail' || onBadRow === 'skip') return;
  throw new ConfigError(expected('openDataset', 'fail, skip or { quarantine: file } for onBadRow', onBadRow));
}

/**
 * Empties a quarantine file at the start of a reading.
 *
 * @throws ConfigError for a file that is read, or that holds anything but rows set aside before
 */
export async function beginQuarantine(
  database: Database,
  source: Source,
  { onBadRow, valid, test, encodedFolder }: OpenDatasetOptions,
): Promise<void> {
  if (typeof onBadRow !== 'object') return;
  const { quarantine } = onBadRow;
  const sources = [source, valid, test].filter((one) => one !== undefined);
  await requireNotAmong(database, 'quarantine', quarantine, sources);
  if (encodedFolder !== undefined && resolve(quarantine).startsWith(resolve(encodedFolder) + sep))
    throw new ConfigError(expected('quarantine', 'a file outside the encoded folder', quarantine, 'that is replaced as a whole')); // prettier-ignore
  await requireOwn(quarantine);
  await writing('quarantine', quarantine, () => writeFile(quarantine, ''));
}

/** Adds rows to a quarantine file, one JSON object to a line. */
export async function quarantineRows(file: string, rows: readonly object[]): Promise<void> {
  await writing('quarantine', file, () => appendFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
}

/** Bytes in which the first row tells what it is. */
const FIRST_LINE = 2 ** 16;

/** Any other file might be what somebody meant to keep. */
async function requireOwn(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size === 0) return;
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
    if (isQuarantined(buffer.toString('utf8', 0, bytesRead))) return;
  } finally {
    await handle.close();
  }
  const hint = 'nothing was changed: name another file, or move this one away';
  throw new ConfigError(
    expected('quarantine', 'a new file, an empty one, or one of rows set aside before', path, hint),
  );
}

/** Rows begin as {@link quarantineRows} is given them; the rest may be long. */
function isQuarantined(start: string): boolean {
  return /^\{"file":"(?:[^"\\]|\\.)*",.*"reason":"/.test(start);
}
