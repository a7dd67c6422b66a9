import { DataError, emptyRecord, expected } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import type { DatasetSummary } from '../dataset';
import type { PartName } from './encoded';
import type { LoadedTable } from './loaded-table';
import { everyTable } from './parts';
import type { Tables } from './parts';

/** Rows of a part, and those of label 1 among them. */
export interface PartCount {
  numRows: number;
  numPositives: number;
}

/** Adds some rows to a count. */
export function count(total: PartCount, { numRows, label = new Float32Array() }: EncodedColumns): void {
  total.numRows += numRows;
  for (const value of label) total.numPositives += value;
}

/** Rows that loading left out, by reason. */
export function sumByReason(tables: readonly LoadedTable[]): Record<string, number> {
  const sums = emptyRecord<number>();
  for (const [reason, rows] of tables.flatMap(({ dropped }) => Object.entries(dropped)))
    sums[reason] = (sums[reason] ?? 0) + rows;
  return sums;
}

/**
 * What reading did.
 *
 * @throws DataError when the training part is empty or a part holds one label only
 */
export function summarize(
  tables: Tables,
  { train, valid, test }: Partial<Record<PartName, PartCount>>,
  dropped: Record<string, number>,
  negativeKeepRate: number | undefined,
  seconds: number,
): DatasetSummary {
  if (train === undefined)
    throw new DataError(expected('openDataset', 'training rows', 'none', 'every row is in another part, or was bad'));
  const rate = ({ numRows, numPositives }: PartCount): number => numPositives / numRows;
  const summary: DatasetSummary = {
    sources: [...new Set(everyTable(tables).flatMap((table) => table.sources))],
    numRows: {
      read: everyTable(tables).reduce((sum, { numRows }) => sum + numRows, 0),
      train: train.numRows,
      valid: valid?.numRows ?? 0,
      test: test?.numRows ?? 0,
    },
    positiveRate: { train: rate(train), ...(valid && { valid: rate(valid) }), ...(test && { test: rate(test) }) },
    dropped,
    ...(negativeKeepRate === undefined ? {} : { negativeKeepRate }),
    seconds,
    reused: false,
  };
  requireBothClasses(summary);
  return summary;
}

function requireBothClasses({ positiveRate, sources }: DatasetSummary): void {
  for (const [name, share] of Object.entries(positiveRate)) {
    if (share > 0 && share < 1) continue;
    const got = share === 0 ? 'only label 0' : 'only label 1';
    throw new DataError(
      expected('openDataset', `both labels in the ${name} part`, got, 'check the label, or split otherwise'),
      { file: sources.join(', ') },
    );
  }
}
