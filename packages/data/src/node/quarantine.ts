import { appendFile, writeFile } from 'node:fs/promises';
import { writing } from './writing';

/** What happens to rows that cannot be read as declared. */
export type OnBadRow = 'fail' | 'skip' | { readonly quarantine: string };

/** Empties a quarantine file at the start of a reading. */
export async function beginQuarantine(onBadRow: OnBadRow | undefined): Promise<void> {
  if (typeof onBadRow !== 'object') return;
  await writing('quarantine', onBadRow.quarantine, () => writeFile(onBadRow.quarantine, ''));
}

/** Adds rows to a quarantine file, one JSON object to a line. */
export async function quarantineRows(file: string, rows: readonly object[]): Promise<void> {
  await writing('quarantine', file, () => appendFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
}
