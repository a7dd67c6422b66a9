import { emptyRecord, recordOf } from '@ctrflow/core';
import { targetValues } from '@ctrflow/features';
import type { EncodedColumns, TargetSpec } from '@ctrflow/features';
import type { DatasetSummary, TargetShare } from './dataset';

/** Rows that have a target, and the sum of its values in them. */
interface TargetCount {
  numRows: number;
  sum: number;
}

/** Counts of all targets in some rows, by name. */
export type TargetCounts = Record<string, TargetCount>;

/** Adds rows to the counts of their targets. */
export function countTargets(
  targets: readonly TargetSpec[],
  columns: EncodedColumns,
  counts: TargetCounts = emptyRecord(),
): TargetCounts {
  for (const { name } of targets) {
    const count = (counts[name] ??= { numRows: 0, sum: 0 });
    for (const value of targetValues(columns, name) ?? []) {
      if (Number.isNaN(value)) continue;
      count.numRows++;
      count.sum += value;
    }
  }
  return counts;
}

/** What the parts hold of each target, and the share of 1 of the main one. */
export function summaryOfTargets(
  targets: readonly TargetSpec[],
  counts: { readonly train: TargetCounts; readonly valid?: TargetCounts; readonly test?: TargetCounts },
): Pick<DatasetSummary, 'positiveRate' | 'targets'> {
  const byPart = <T>(of: (counts: TargetCounts) => T): { train: T; valid?: T; test?: T } => ({
    train: of(counts.train),
    ...(counts.valid && { valid: of(counts.valid) }),
    ...(counts.test && { test: of(counts.test) }),
  });
  const main = targets.find((_, i) => i === 0);
  const meanOf = ({ numRows, sum }: TargetCount): number => sum / numRows;
  return {
    ...(main?.kind === 'binary' && { positiveRate: byPart((of) => meanOf(of[main.name])) }),
    targets: recordOf(
      targets.map(({ name, kind }) => [
        name,
        {
          kind,
          ...byPart(({ [name]: count }): TargetShare => ({
            numRows: count.numRows,
            ...(kind !== 'class' && { mean: meanOf(count) }),
          })),
        },
      ]),
    ),
  };
}
