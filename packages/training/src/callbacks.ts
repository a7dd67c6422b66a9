import type { CompilePhase } from './engine';
import type { EpochRecord } from './fit-options';

/** Progress within an epoch. */
export interface BatchProgress {
  readonly epoch: number;
  readonly batch: number;
  readonly numBatches: number;
  readonly step: number;
  readonly loss: number;
  readonly samplesPerSecond: number;
}

/** Watches a training. Returning `stop` from `onEpochEnd` ends it after that epoch. */
export interface Callback {
  onTrainStart?(info: {
    readonly numRows: number;
    readonly epochs: number;
    readonly engine: string;
  }): void | Promise<void>;
  /** Beginning and end of a compilation: before the first step, the first evaluation, and batches of a new shape. */
  onCompile?(phase: CompilePhase): void;
  onBatchEnd?(progress: BatchProgress): void | Promise<void>;
  /** Rows scored so far, during an evaluation. */
  onEvaluate?(progress: { readonly part: 'valid' | 'test'; readonly rows: number; readonly numRows: number }): void;
  onEpochEnd?(record: EpochRecord): 'stop' | undefined | Promise<'stop' | undefined>;
  onTrainEnd?(): void | Promise<void>;
}
