import { emptyRecord } from '@ctrflow/core';
import type { DatasetSummary } from '@ctrflow/data';

/** A part of a data set. */
export type PartName = 'train' | 'valid' | 'test';

/** What a part holds of its targets: `12.3 % positive` of a binary one alone, `click 12.3 %, spend 4.20 on average` of several. */
export function describeTargets(
  { positiveRate, targets = emptyRecord() }: DatasetSummary,
  part: PartName,
  digits: number,
): string {
  const percent = (share: number): string => `${(share * 100).toFixed(digits)} %`;
  const several = Object.entries(targets);
  if (positiveRate !== undefined && several.length <= 1) return `${percent(positiveRate[part] ?? 0)} positive`;
  return several
    .map(([name, { kind, [part]: share }]) => {
      if (share?.mean === undefined) return `${name} of ${share?.numRows ?? 0} rows`;
      return kind === 'binary' ? `${name} ${percent(share.mean)}` : `${name} ${share.mean.toPrecision(3)} on average`;
    })
    .join(', ');
}
