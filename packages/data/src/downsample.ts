import { ConfigError, expected } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { takeRows } from './memory';

/** Keeps positives and a share of the negatives, evenly spread over the rows of all chunks. */
export class NegativeDownsampler {
  /** Rows dropped so far. */
  numDropped = 0;
  private numNegatives = 0;

  constructor(private readonly keepRate: number) {
    if (keepRate > 0 && keepRate <= 1) return;
    throw new ConfigError(expected('openDataset', 'a negativeKeepRate in (0, 1]', keepRate));
  }

  keep(columns: EncodedColumns): EncodedColumns {
    const kept = Uint32Array.from({ length: columns.numRows }, (_, row) => row).filter((row) => {
      if (columns.label?.[row] === 1) return true;
      // Every negative advances the sum by the rate; it is kept whenever an integer is passed.
      const before = Math.floor(this.numNegatives++ * this.keepRate);
      return Math.floor(this.numNegatives * this.keepRate) > before;
    });
    this.numDropped += columns.numRows - kept.length;
    return takeRows(columns, kept);
  }
}
