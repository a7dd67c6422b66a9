import type { RandomKey } from '@ctrflow/core';
import type { NamedArrays, TableOptimizer } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import type { CtrModel, DenseOptimizer, Objective } from '@ctrflow/model-kit';
import type { PhaseClock } from './phase-clock';

/** What stays the same over a whole training. */
export interface StepSettings {
  /** What is minimized. Default: the objectives of the model, see `objectivesOf`. */
  readonly objectives?: readonly Objective[];
  /** Of dense weights whose objective has none of its own. */
  readonly optimizer: DenseOptimizer;
  readonly tableOptimizer: TableOptimizer;
  /** L2 factor of dense weights by role: adds `lambda W` to the gradient (loss + lambda / 2 |W|^2). Default 0. */
  readonly l2: { readonly net: number; readonly embedding: number };
  /** Largest global norm of all gradients, tables and regularizers included; no clipping when absent. */
  readonly clipNorm?: number;
  /** Factors of the weights of rows whose main target is 0 and 1. */
  readonly classWeights?: readonly [number, number];
  /** Dropout masks are a function of (key, step, layer path, element), drawn feeds of (key, step, entry). */
  readonly key: RandomKey;
  /** Told when the engine begins and ends to compile something: a step, or prediction, for batches of one more shape. */
  readonly onCompile?: (phase: CompilePhase) => void;
  /** Told when the engine has ended `gather`, `compile`, `graph` and `tables`. */
  readonly clock?: PhaseClock;
}

/** Recording a model's step, rewriting it and loading it into the runtime. */
export interface CompilePhase {
  readonly program: 'training step' | 'prediction';
  /** Absent when the phase begins. */
  readonly seconds?: number;
  /** Of the rewritten graphs; absent when the phase begins. */
  readonly nodes?: number;
}

/** What changes at every step. */
export interface StepInputs {
  /** 1-based count of updates since the start of the training. */
  readonly step: number;
  /** Of the training's optimizer; an objective's own goes with it. */
  readonly learningRate: number;
}

/** What a step tells. */
export interface StepResult {
  /** Sum of the objectives that had their turn, times their factors, and of the model's own losses, regularizers not included. */
  readonly loss: number;
  /** By objective, each without its factor, where there are several: of those that had their turn. */
  readonly losses?: Readonly<Record<string, number>>;
  /** Sum of the weights of the batch's rows: B without weights. */
  readonly weight: number;
}

/** An output of a model as an array. */
export interface OutputArray {
  readonly data: Float32Array;
  /** Begins with B. */
  readonly shape: readonly number[];
}

/**
 * A model that runs: on eager tfjs, or compiled. Training knows engines only by this.
 *
 * Calls of `trainStep`, `outputs` and `logits` may overlap: each waits for those before, and what it gives belongs to the caller. What reads or sets state as a whole is refused while one runs, everything
 * is after `dispose`: both are ConfigErrors.
 */
export interface PreparedModel {
  readonly model: CtrModel;
  /** What runs it, `eager/cpu` for instance: shown in progress and results. */
  readonly engine: string;
  /** One update of weights and tables. */
  trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult>;
  /** The model's outputs by name, with every layer as in prediction. */
  outputs(batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>>;
  /**
   * Logits `[B]`: the output `logit`.
   *
   * @throws ConfigError when the model has no output of that name
   */
  logits(batch: EncodedColumns): Promise<Float32Array>;
  /** Dense optimizer state by weight path and slot name (`deep/dense_1/kernel:m`). Tables keep theirs. */
  optimizerState(): NamedArrays;
  setOptimizerState(state: NamedArrays): void;
  /** Writes weights that live in the engine back into the model's variables, before saving. */
  synchronize(): void;
  /**
   * Reads the model's variables anew, after they were assigned from outside: the counterpart of {@link synchronize}. After `setModelWeights`, and after a training of a model
   * that was prepared to predict, that happens by itself.
   */
  reload(): void;
  /** Lets a call that runs come to its end; those that wait are refused. */
  dispose(): void;
}

/** Makes models run. */
export interface StepEngine {
  /** `eager`, for instance. */
  readonly name: string;
  /**
   * Settings are absent when the model is only to predict. With settings the model is held for this training until `dispose`.
   *
   * @throws ConfigError while a training holds the model, or after it was disposed of
   */
  prepare(model: CtrModel, settings?: StepSettings): Promise<PreparedModel>;
}
