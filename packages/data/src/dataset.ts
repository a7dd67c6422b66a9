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
  /** Targets that the rows carry. */
  readonly targets: readonly string[];
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

/** A target in a part. */
export interface TargetShare {
  /** Rows that have it. */
  readonly numRows: number;
  /** Mean of its values in them: the share of 1 of a binary target; absent for classes. */
  readonly mean?: number;
}

/** A target by part. */
export interface TargetSummary {
  readonly kind: 'binary' | 'number' | 'class';
  readonly train: TargetShare;
  readonly valid?: TargetShare;
  readonly test?: TargetShare;
}

/** What reading and encoding did, for the report and the progress. */
export interface DatasetSummary {
  readonly sources: readonly string[];
  readonly numRows: { readonly read: number; readonly train: number; readonly valid: number; readonly test: number };
  /** Share of 1 of the main target by part, where it is binary. */
  readonly positiveRate?: { readonly train: number; readonly valid?: number; readonly test?: number };
  /** What the parts hold of each target; absent in data sets encoded before there were several. */
  readonly targets?: Readonly<Record<string, TargetSummary>>;
  /** Rows dropped, by reason (bad, duplicate, out of range, downsampled). */
  readonly dropped: Readonly<Record<string, number>>;
  /** Rate at which negatives were kept when they were downsampled; the logit is corrected by its logarithm. */
  readonly negativeKeepRate?: number;
  readonly seconds: number;
  /** True when an earlier encoding of the same input was reused. */
  readonly reused: boolean;
}
