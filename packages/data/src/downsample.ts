import { ConfigError, expected, foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import { takeRows } from './memory';

const key = foldIn(randomKey(2021), 'negatives kept');

/** @throws ConfigError for what is no share of negatives to keep */
export function checkKeepRate(rate: unknown): void {
  if (typeof rate === 'number' && rate > 0 && rate <= 1) return;
  throw new ConfigError(expected('openDataset', 'a negativeKeepRate in (0, 1]', rate));
}

/** Keeps a share of the rows whose target is 0, and all others. Which ones is drawn by their number: the same ones every time, and in no step with a file whose rows come in turns. */
export class NegativeDownsampler {
  /** Rows dropped so far. */
  numDropped = 0;
  private numNegatives = 0;

  constructor(private readonly keepRate: number) {}

  /** @param target - the main one, which is binary */
  keep(columns: EncodedColumns, target: string): EncodedColumns {
    const values = targetValues(columns, target);
    const kept = Uint32Array.from({ length: columns.numRows }, (_, row) => row).filter((row) => {
      if (values?.[row] !== 0) return true;
      return uniformAt(key, this.numNegatives++) < this.keepRate;
    });
    this.numDropped += columns.numRows - kept.length;
    return takeRows(columns, kept);
  }
}
