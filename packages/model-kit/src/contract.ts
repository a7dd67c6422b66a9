import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { defineBrand } from '@ctrflow/core';
import type { OptionSet } from '@ctrflow/core';
import type { FeatureSchema } from '@ctrflow/features';
import type { TableGroup } from '@ctrflow/embeddings';
import type { CommonModelOptions } from './common-options';

/**
 * A tensor that an engine feeds to {@link CtrModel.forward}, by name. Everything that grows with the vocabulary stays
 * outside the graph: only the rows of the batch come in.
 */
export type FeedSpec =
  /** Table rows of `id` slots, one per slot and row of data: float32 `[B, F, D]`. */
  | {
      readonly kind: 'rows';
      readonly name: string;
      readonly group: string;
      readonly slots: readonly string[];
      readonly dim: number;
    }
  /** Table rows of one `list` slot, padded with zero rows to the longest list of the batch: float32 `[B, T, D]`. */
  | {
      readonly kind: 'list-rows';
      readonly name: string;
      readonly group: string;
      readonly slot: string;
      readonly dim: number;
    }
  /**
   * In training only: table rows of entries that stand for what did not happen, one for each entry of a `list` slot, float32 `[B, T, D]`, zero rows where
   * padding is. Each is drawn from all entries of the batch, so that values come as often as they occur; anew at every step, as a function of the training's key.
   */
  | {
      readonly kind: 'negative-rows';
      readonly name: string;
      readonly group: string;
      readonly slot: string;
      /** The list of the same lengths that the draw goes by: an entry is never drawn for its own value here, so long as others are found. */
      readonly like: string;
      readonly dim: number;
    }
  /** 1 where an entry of the list is real, times its weight if the slot is weighted; 0 where it is padding: float32 `[B, T]`. */
  | { readonly kind: 'list-weights'; readonly name: string; readonly slot: string }
  /**
   * In training only: the places of a list's events in `[B, T]`, one after the other, int32 `[N]`; N is a little more than there are events, and what is left over is -1. Entries of weight 0 are none.
   * What costs much is then computed for N entries and not for B T places, most of which may be padding; see `pack` and `unpack` of `@ctrflow/layers`.
   */
  | { readonly kind: 'packed-events'; readonly name: string; readonly slot: string }
  /** In training only: for each place of `[B, T]` its event among the packed ones, N - 1 where none is: int32 `[B T]`. */
  | { readonly kind: 'packed-places'; readonly name: string; readonly slot: string }
  /** `value` slots: float32 `[B, F]`. */
  | { readonly kind: 'values'; readonly name: string; readonly slots: readonly string[] };

/** Whether a feed comes in steps of training only. */
export function isForTraining({ kind }: FeedSpec): boolean {
  return kind === 'negative-rows' || kind === 'packed-events' || kind === 'packed-places';
}

/** Shape and type of a feed for B rows of data and lists of T entries. */
export function feedSpecAt(
  feed: FeedSpec,
  { B, T }: { readonly B: number; readonly T: number },
): { readonly shape: number[]; readonly dtype: 'float32' | 'int32' } {
  switch (feed.kind) {
    case 'rows':
      return { shape: [B, feed.slots.length, feed.dim], dtype: 'float32' };
    case 'list-rows':
    case 'negative-rows':
      return { shape: [B, T, feed.dim], dtype: 'float32' };
    case 'list-weights':
      return { shape: [B, T], dtype: 'float32' };
    case 'values':
      return { shape: [B, feed.slots.length], dtype: 'float32' };
    case 'packed-events':
    case 'packed-places':
      return { shape: [B * T], dtype: 'int32' };
  }
}

/** A dense weight of a model, named by its path in the assembly, such as `deep/dense_1/kernel`. */
export interface NamedWeight {
  readonly path: string;
  readonly variable: Variable;
  /** False for statistics such as a batch normalization's moving mean. */
  readonly trainable: boolean;
  /** Which regularizer it belongs to: `embedding` for vectors and linear weights of numeric fields, else `net`. */
  readonly role: 'embedding' | 'net';
}

/** What a model gives for a step. */
export interface ModelOutputs {
  /** `[B, 1]`. */
  readonly logits: Tensor2D;
  /**
   * What training minimizes besides the cross-entropy, by name: a loss per row `[B, 1]`, in the scale in which it counts. Engines add their means over the
   * rows, weighted as the cross-entropy is. Empty in prediction.
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
  readonly feeds: readonly FeedSpec[];
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
  /**
   * Logits `[B, 1]` from the feeds. Whether layers behave as in training (dropout, batch statistics) comes from the
   * step context of `@ctrflow/layers`, see `withStep`.
   */
  forward(feeds: Readonly<Record<string, Tensor>>): Tensor2D;
  /** Logits, and the losses of a training step: feeds that are for training only decide. Absent in models without losses of their own. */
  outputs?(feeds: Readonly<Record<string, Tensor>>): ModelOutputs;
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
