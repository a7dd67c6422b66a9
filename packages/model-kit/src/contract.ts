import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { defineBrand } from '@ctrflow/core';
import type { OptionSet } from '@ctrflow/core';
import type { FeatureSchema } from '@ctrflow/features';
import type { TableGroup } from '@ctrflow/embeddings';
import type { CommonModelOptions } from './common-options';
import type { Feed } from './feeds/feed';
import type { Objective } from './objectives';

/** A dense weight of a model, named by its path in the assembly, such as `deep/dense_1/kernel`. */
export interface NamedWeight {
  readonly path: string;
  readonly variable: Variable;
  /** False for statistics such as a batch normalization's moving mean. */
  readonly trainable: boolean;
  /** Which regularizer it belongs to: `embedding` for vectors and linear weights of numeric fields, else `net`. */
  readonly role: 'embedding' | 'net';
}

/** What a model gives, by name: `logit`, `[B, 1]`, where it gives one tensor; else tensors of any shape that begins with B. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** What a model gives for a step. */
export interface StepOutputs {
  /** Those that objectives read; feeds that are for training only may add some. */
  readonly outputs: Outputs;
  /**
   * What training minimizes besides the objectives, by name: a loss per row `[B, 1]`, in the scale in which it counts. Engines add their means over the
   * rows, weighted by the rows, to the first objective. Empty in prediction.
   */
  readonly losses: Readonly<Record<string, Tensor2D>>;
}

/**
 * A model: (factory name, version, options, schema), its dense weights and its tables. It contains no engine, device or export code:
 * whatever runs it feeds {@link CtrModel.feeds}, calls {@link CtrModel.forward}, and updates weights and tables.
 */
export interface CtrModel {
  readonly name: string;
  readonly version: number;
  /** All options, defaults filled in; plain JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: FeatureSchema;
  readonly feeds: readonly Feed[];
  /** Embedding and linear tables, by group name. */
  readonly groups: readonly TableGroup[];
  /** Dense weights in order of creation. */
  readonly weights: readonly NamedWeight[];
  /**
   * Share of the negative rows that were left to train on, in (0, 1], 1 by default: the logits are those of such rows. `fit` sets it, a saved model keeps it, and
   * whatever makes probabilities of logits adds {@link logitShift}.
   */
  negativeKeepRate?: number;
  /** Trainable dense parameters plus table rows times their size. */
  readonly numParameters: number;
  /** What training minimizes, where the model declares it; see `objectivesOf` for what is minimized otherwise. */
  readonly objectives?: readonly Objective[];
  /** Names of what {@link CtrModel.forward} gives in prediction. */
  readonly outputs: readonly string[];
  /**
   * Outputs from the feeds. Whether layers behave as in training (dropout, batch statistics) comes from the
   * step context of `@ctrflow/layers`, see `withStep`.
   */
  forward(feeds: Readonly<Record<string, Tensor>>): Outputs;
  /** Outputs, and the losses of a training step: feeds that are for training only decide. Absent in models without losses of their own. */
  step?(feeds: Readonly<Record<string, Tensor>>): StepOutputs;
  /**
   * Frees weights and tables; what uses the model afterwards gets a ConfigError.
   *
   * @throws ConfigError while a training holds the model
   */
  dispose(): void;
}

/** Tells a model of any installed version from other objects. */
export const modelBrand = defineBrand<CtrModel>('model');

/** Builds a model for a schema. `deepFM(schema, { hiddenUnits: [64, 32] })`. */
export interface ModelFactory<O extends object = object> {
  (schema: FeatureSchema, options?: O & CommonModelOptions): CtrModel;
  readonly modelName: string;
  readonly version: number;
  /** What the model is, in one sentence. */
  readonly summary: string;
  /** Paper, one line: authors, title, venue, year. */
  readonly paper: string;
  /** The declarations of all options, those of every model first: for command lines and docs. */
  readonly options: OptionSet;
  /** The defaults of all options. */
  readonly defaults: Readonly<Required<O> & Required<CommonModelOptions>>;
}
