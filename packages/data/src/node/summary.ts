import { DataError, emptyRecord, expected } from '@ctrflow/core';
import { LABEL } from '@ctrflow/features';
import type { EncodedColumns, TargetSpec } from '@ctrflow/features';
import type { DatasetSummary } from '../dataset';
import { countTargets, summaryOfTargets } from '../target-counts';
import type { TargetCounts } from '../target-counts';
import type { PartName } from './encoded';
import type { LoadedTable } from './loaded-table';
import { everyTable } from './parts';
import type { Tables } from './parts';

/** Rows of a part, and what they hold of the targets. */
export interface PartCount {
  readonly numRows: number;
  readonly targets: TargetCounts;
}

/** Adds some rows to a count. */
export function count(
  total: PartCount | undefined,
  targets: readonly TargetSpec[],
  columns: EncodedColumns,
): PartCount {
  return {
    numRows: (total?.numRows ?? 0) + columns.numRows,
    targets: countTargets(targets, columns, total?.targets),
  };
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
 * @throws DataError when the training part is empty or a part holds one value only of a binary target
 */
export function summarize(
  tables: Tables,
  targets: readonly TargetSpec[],
  { train, valid, test }: Partial<Record<PartName, PartCount>>,
  dropped: Record<string, number>,
  negativeKeepRate: number | undefined,
  seconds: number,
): DatasetSummary {
  if (train === undefined)
    throw new DataError(expected('openDataset', 'training rows', 'none', 'every row is in another part, or was bad'));
  const summary: DatasetSummary = {
    sources: [...new Set(everyTable(tables).flatMap((table) => table.sources))],
    numRows: {
      read: everyTable(tables).reduce((sum, { numRows }) => sum + numRows, 0),
      train: train.numRows,
      valid: valid?.numRows ?? 0,
      test: test?.numRows ?? 0,
    },
    ...summaryOfTargets(targets, {
      train: train.targets,
      ...(valid && { valid: valid.targets }),
      ...(test && { test: test.targets }),
    }),
    dropped,
    ...(negativeKeepRate === undefined ? {} : { negativeKeepRate }),
    seconds,
    reused: false,
  };
  requireBothValues(targets, summary);
  return summary;
}

/** No metric is defined without both. */
function requireBothValues(specs: readonly TargetSpec[], { targets, sources }: DatasetSummary): void {
  for (const { name } of specs.filter(({ kind }) => kind === 'binary')) {
    for (const part of ['train', 'valid', 'test'] as const) {
      const share = targets?.[name][part];
      if (share === undefined) continue;
      const { numRows, mean = 0 } = share;
      if (mean > 0 && mean < 1) continue;
      const [both, one] = name === LABEL ? ['both labels', 'label'] : [`both values of target "${name}"`, 'value'];
      const got = numRows === 0 ? 'no row that has it' : `only ${one} ${mean}`;
      const hint = `check the ${name === LABEL ? LABEL : 'target'}, or split otherwise`;
      throw new DataError(expected('openDataset', `${both} in the ${part} part`, got, hint), {
        file: sources.join(', '),
      });
    }
  }
}
