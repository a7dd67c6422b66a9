import type { OptionsOf } from '@ctrflow/core';
import type { TableOptimizer } from '@ctrflow/embeddings';
import type { AnyMetric } from '@ctrflow/metrics';
import type { CtrModel, DenseOptimizer, Objective } from '@ctrflow/model-kit';
import type { Callback } from './callbacks';
import type { PhaseClock, Profile } from './phase-clock';
import type { RunStore } from './run-store';
import type { StepEngine } from './engine';
import type { fitNumbers } from './options';
import type { WarmedSchedule } from './schedules';

/** Options of `fit`. */
export interface FitOptions extends OptionsOf<typeof fitNumbers> {
  /** What is minimized. Default: the objectives of the model, see `objectivesOf` of `@ctrflow/model-kit`. */
  readonly objectives?: readonly Objective[];
  /** Metrics besides those of the house; any of them may be watched. */
  readonly metrics?: readonly AnyMetric[];
  /** Dense weights whose objective has no optimizer of its own. Default `adam(1e-3)`. */
  readonly optimizer?: DenseOptimizer;
  /** Table rows; uses the optimizer's learning rate. Default `{ kind: 'lazy-adam' }`. */
  readonly tableOptimizer?: TableOptimizer;
  /**
   * L2 of dense weights by role; tables take theirs from `tableOptimizer.l2`. `miniBatchAware` is another one of tables (Zhou et al. 2018, equation 6): the rows of a batch get
   * `miniBatchAware / n w` added to their gradient, n being how often a row occurs in the training rows, which are read once before. Default 0.
   */
  readonly l2?: { readonly net?: number; readonly embedding?: number; readonly miniBatchAware?: number };
  /**
   * Factors of the weights of rows whose main target is 0 and 1. Default 1. A batch whose rows all have weight 0 adds nothing to loss and gradients; decay and the moments of the optimizer go on as in every step.
   */
  readonly classWeights?: readonly [number, number];
  /** Default constant. */
  readonly schedule?: WarmedSchedule;
  /** Metric of the validation part that early stopping and the best checkpoint watch. Default `auc`, `rmse` of a number, `logLoss` of classes: of the main target. */
  readonly monitor?: MonitorName;
  /** Default: `autoEngine()`, compiled where ONNX Runtime is installed. */
  readonly engine?: StepEngine;
  readonly callbacks?: readonly Callback[];
  /** Where checkpoints and metrics go: `runFolder(path)` of `@ctrflow/training/node`. Default: nowhere. */
  readonly run?: RunStore;
  /** Finishes the current step, writes a checkpoint and returns when it is aborted. */
  readonly signal?: AbortSignal;
  /** Measures what the time is spent on, into {@link FitResult.profile}; a clock may have begun before, with the reading of the data. Default false. */
  readonly profile?: boolean | PhaseClock;
}

/**
 * What can be watched: any metric of {@link Evaluation}, `purchase.auc` where there are several targets, or the sum of several, as the field's reference watches `auc+gauc`. What is best of each is what
 * `metricGoal` of `@ctrflow/metrics` says: losses, `normalizedEntropy`, `brier` and `ece` are minimized, `calibration` is best at 1, all others are maximized.
 */
export type MonitorName = 'auc' | 'gauc' | 'auc+gauc' | 'logLoss' | 'prAuc' | (string & {});

/** Metrics of one part of the data, by name: `auc` of one target, `purchase.auc` where the model predicts several. */
export type Evaluation = Readonly<Record<string, number>>;

/** One finished epoch: a line of metrics.jsonl. */
export interface EpochRecord {
  readonly epoch: number;
  /** Updates since the start. */
  readonly step: number;
  readonly learningRate: number;
  readonly trainLoss: number;
  readonly valid?: Evaluation;
}

/** What `fit` returns; the model holds the weights of the best epoch. */
export interface FitResult {
  readonly model: CtrModel;
  readonly engine: string;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly valid?: Evaluation;
  readonly test?: Evaluation;
  /** Training rows. */
  readonly rows: number;
  readonly epochs: number;
  readonly seconds: number;
  /** Training rows per second of training steps, evaluations not counted. */
  readonly samplesPerSecond: number;
  readonly stopped: 'early-stopping' | 'epochs' | 'interrupted';
  /** Of this process, where it was asked for: an interrupted training's earlier part is not in it. */
  readonly profile?: Profile;
}
