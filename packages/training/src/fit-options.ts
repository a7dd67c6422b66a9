import type { TableOptimizer } from '@ctrflow/embeddings';
import type { StepEngine } from './engine';
import type { DenseOptimizer } from './optimizers';
import type { Schedule } from './schedules';
import type { Callback } from './callbacks';

/** Options of `fit`. */
export interface FitOptions {
  /** B. Default 4096. */
  readonly batchSize?: number;
  /** Most epochs. Default 20. */
  readonly epochs?: number;
  /** Dense weights. Default `adam(1e-3)`. */
  readonly optimizer?: DenseOptimizer;
  /** Table rows; uses the optimizer's learning rate. Default `{ kind: 'lazy-adam' }`. */
  readonly tableOptimizer?: TableOptimizer;
  /** L2 of dense weights; tables take theirs from `tableOptimizer.l2`. Default none. */
  readonly l2?: { readonly net?: number; readonly embedding?: number };
  readonly clipNorm?: number;
  readonly classWeights?: readonly [number, number];
  readonly schedule?: Schedule;
  /** Metric of the validation part that early stopping, checkpoints and plateaus watch. Default `auc`. */
  readonly monitor?: MonitorName;
  /** Epochs without improvement before stopping. Default 2. */
  readonly patience?: number;
  /** Default 2021. */
  readonly seed?: number;
  /** Default: the best engine installed. */
  readonly engine?: StepEngine;
  readonly callbacks?: readonly Callback[];
}

/** What can be watched. Names that end in Loss are minimized, all others maximized. */
export type MonitorName = 'auc' | 'gauc' | 'logLoss' | 'prAuc' | (string & {});

/** Metrics of one part of the data. */
export interface Evaluation {
  readonly auc: number;
  readonly logLoss: number;
  readonly [metric: string]: number;
}

/** One finished epoch: a line of metrics.jsonl. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly trainLoss: number;
  readonly valid?: Evaluation;
}

/** What `fit` returns: the model holds the best weights. */
export interface FitResult {
  readonly model: import('@ctrflow/model-kit').CtrModel;
  readonly engine: string;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  readonly valid?: Evaluation;
  readonly test?: Evaluation;
  readonly rows: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** `early-stopping`, `epochs`, or `interrupted`. */
  readonly stopped: 'early-stopping' | 'epochs' | 'interrupted';
}
