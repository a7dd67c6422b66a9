import type { RandomKey } from '@ctrflow/core';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';

/** How to cut rows into batches. */
export interface BatchOptions {
  /** B; the last batch is smaller. */
  readonly batchSize: number;
  /** Shuffles the rows, the same way for the same key; in stored order when absent. Give one key per epoch. */
  readonly shuffle?: RandomKey;
  /** Skips this many batches (a resumed epoch goes on where it stopped). Default 0. */
  readonly startBatch?: number;
}

/** Encoded rows that come as batches. */
export interface RowSource {
  readonly numRows: number;
  /** Whether the rows carry a label. */
  readonly hasLabel: boolean;
  /** One epoch. The arrays of a batch may be reused for a later batch: copy what you keep. */
  batches(options: BatchOptions): AsyncIterable<EncodedColumns>;
}

/** A data set: its fitted schema and its encoded parts. */
export interface Dataset {
  readonly schema: FeatureSchema;
  readonly train: RowSource;
  readonly valid?: RowSource;
  readonly test?: RowSource;
  /** What was read, dropped and why. */
  readonly summary: DatasetSummary;
}

/** What reading and encoding did, for the report and the progress. */
export interface DatasetSummary {
  readonly sources: readonly string[];
  readonly numRows: { readonly read: number; readonly train: number; readonly valid: number; readonly test: number };
  /** Share of label 1 by part. */
  readonly positiveRate: { readonly train: number; readonly valid?: number; readonly test?: number };
  /** Rows dropped, by reason (bad, duplicate, out of range, downsampled). */
  readonly dropped: Readonly<Record<string, number>>;
  /** Rate at which negatives were kept when they were downsampled; the logit is corrected by its logarithm. */
  readonly negativeKeepRate?: number;
  readonly seconds: number;
  /** True when an earlier encoding of the same input was reused. */
  readonly reused: boolean;
}
