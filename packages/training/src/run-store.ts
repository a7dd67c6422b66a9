import { emptyRecord } from '@ctrflow/core';
import type { SafeTensor } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';
import type { EpochRecord } from './fit-options';
import type { LossCurve } from './loss-curve';

/** Training loss of one step. */
export interface StepLoss {
  readonly step: number;
  readonly loss: number;
}

/** Where a training stands: everything besides weights and optimizer state. Plain JSON. */
export interface TrainingProgress {
  /** Epoch that runs, from 1. */
  epoch: number;
  /** Batches of that epoch that are done. */
  batch: number;
  /** Updates since the start. */
  step: number;
  /** Sums over the running epoch. */
  lossSum: number;
  weightSum: number;
  bestEpoch: number;
  bestValue: number | undefined;
  /** Evaluations without improvement: in a row, and since the start (they lower the rate of a `plateau` schedule). */
  badEpochs: number;
  plateaus: number;
  history: EpochRecord[];
  /** Losses of steps since the start, thinned. */
  losses: LossCurve;
}

/** Named arrays of weights or optimizer state. */
export type Arrays = Readonly<Record<string, SafeTensor>>;

/** A training that can go on. */
export interface Checkpoint {
  readonly progress: TrainingProgress;
  /** Weights and optimizer state. */
  readonly arrays: Arrays;
}

/** What defines a training: a run can only be resumed by the same one. Plain JSON. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** Keeps a training's checkpoints, metrics and model, so that nothing is lost when the process ends. */
export interface RunStore {
  /** Seconds between checkpoints within an epoch. */
  readonly checkpointSeconds: number;
  /**
   * Begins or resumes a run.
   *
   * @returns the newest intact checkpoint of the same training, if there is one
   */
  open(config: RunConfig): Promise<Checkpoint | undefined>;
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  saveBest(epoch: number, weights: Arrays): Promise<void>;
  loadBest(epoch: number): Promise<Arrays>;
  /** Called when an epoch has ended and its checkpoint is safe. */
  saveMetrics(history: readonly EpochRecord[], losses: readonly StepLoss[]): Promise<void>;
  /** Keeps the batch that made the loss NaN, and returns where. */
  saveFailedBatch(batch: EncodedColumns, progress: TrainingProgress): Promise<string>;
  saveModel(model: CtrModel): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing but the best weights, in memory. */
export function memoryStore(): RunStore {
  let best: Arrays = emptyRecord();
  return {
    checkpointSeconds: Infinity,
    open: () => Promise.resolve(undefined),
    saveCheckpoint: () => Promise.resolve(),
    saveBest: (_, weights) => {
      best = weights;
      return Promise.resolve();
    },
    loadBest: () => Promise.resolve(best),
    saveMetrics: () => Promise.resolve(),
    saveFailedBatch: () => Promise.resolve('nowhere; give `run: runFolder(path)` to keep it'),
    saveModel: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
