import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomKey } from '@ctrflow/core';
import type { EncodedColumns, RowSelection } from '@ctrflow/features';

/** How large a batch is: B rows of data, the longest list padded to T entries. */
export interface FeedSize {
  readonly B: number;
  readonly T: number;
}

/** A feed as an array, float32 or int32; it may be overwritten by the next batch. */
export interface FeedArray {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** What a feed is filled from. */
export interface FeedSource {
  /** The batch by itself: what is drawn must not depend on the rows beside it. */
  readonly batch: EncodedColumns;
  /** Where the rows of the batch can be read in place: columns, and which of their rows. */
  readonly selection: RowSelection;
  /** Of a step of training, another one at every step; absent in prediction. */
  readonly key?: RandomKey | undefined;
  /** T of a `list` slot: the length to which its lists are padded. */
  readonly lengthOf: (slot: string) => number;
}

/** Arrays that belong to one feed and are used again from batch to batch: they hold what the last batch left there. */
export interface FeedBuffers {
  readonly floats: (size: number) => Float32Array;
  readonly integers: (size: number) => Int32Array;
}

/** The encoded slots as tensors of a graph: what an exported model begins with. */
export interface SlotTensors {
  /** Ids int32 `[B, 1]`, numbers `[B, 1]`, or the ids of a list int32 `[B, T]`, padded with 0. */
  readonly main: (slot: string) => Tensor;
  /** Weights of a list `[B, T]`: 0 where padding is. */
  readonly weights: (slot: string) => Tensor;
  /** Table rows of the ids of a slot: `[B, 1, D]` or `[B, T, D]`. */
  readonly rows: (group: string, slot: string) => Tensor;
}

/** What every feed says of itself. */
export interface FeedBase {
  /** What it is: feeds with equal kind, slots and settings are filled alike, and what one finds the others may use. */
  readonly kind: string;
  /** Name of the tensor in a step; unique in a model. */
  readonly name: string;
  /** Slots of the schema that it reads. */
  readonly slots: readonly string[];
  /** What else decides how it is filled; plain JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether it comes in prediction too, or in steps of training only. */
  readonly when: 'always' | 'training';
  readonly dtype: 'float32' | 'int32';
  /** Its shape for a size of batch: each dimension is a multiple of B, a number, or T. */
  readonly shape: (size: FeedSize) => number[];
  /**
   * The same tensor computed from the encoded slots by tfjs operations, for exported files. A feed without it is an input of the file under its own name; one that is for training
   * only needs none.
   */
  readonly inGraph?: (slots: SlotTensors) => Tensor;
}

/** A feed that is filled from columns, from nothing, or by a draw; nothing is learnt through it. */
export interface DataFeed extends FeedBase {
  /** The array of a batch; its shape is {@link FeedBase.shape} of the batch's size, unless how long it is depends on the data. */
  readonly fill: (source: FeedSource, buffers: FeedBuffers) => FeedArray;
}

/**
 * A feed of table rows, float32 `[B, n, D]`. It says which rows are looked up; all lookups of a group of tables are done together, and the gradient goes
 * back to the rows that were looked up.
 */
export interface TableFeed extends FeedBase {
  readonly dtype: 'float32';
  /** The group of tables that its rows come from and its gradient goes to. */
  readonly group: string;
  /** D. */
  readonly dim: number;
  /** The slots whose tables are looked up, of {@link FeedBase.slots}. */
  readonly lookups: readonly string[];
  /** False: the rows are frozen. No gradient is computed with respect to this feed, and none goes to its tables. Default true. */
  readonly trainable?: boolean;
  /** n: lookups for each row of data. */
  readonly length: (source: FeedSource) => number;
  /**
   * Writes the row of the group for every lookup, `out [B, n]`: id i of a slot is row `offsetOf(slot) + i`. What nothing stands at gets the padding row,
   * `offsetOf(slot)`.
   */
  readonly find: (source: FeedSource, offsetOf: (slot: string) => number, out: Int32Array) => void;
}

/**
 * A tensor that an engine feeds to {@link CtrModel.forward}, by name. Everything that grows with the vocabulary stays outside the graph: only the rows of
 * the batch come in.
 *
 * A kind of feed is a function that makes such objects; models declare them with {@link Assembly.feed}, and nothing else needs to know the kind.
 *
 * @example
 * // Noise [B, Z], new at every step of training, the same at every prediction.
 * const noise = (size: number): DataFeed => ({
 *   kind: 'noise', name: 'noise', slots: [], settings: { size }, when: 'always', dtype: 'float32',
 *   shape: ({ B }) => [B, size],
 *   fill({ batch: { numRows }, key = randomKey(0) }, buffers) {
 *     const data = fillNormal(foldIn(key, 'noise'), buffers.floats(numRows * size));
 *     return { data, shape: [numRows, size] };
 *   },
 * });
 * // In `assemble`: const z = a.feed(noise(16)); in the step: generator(z())
 */
export type Feed = DataFeed | TableFeed;

/** Whether a feed comes from tables. */
export function isTableFeed(feed: Feed): feed is TableFeed {
  return 'group' in feed;
}

/** Whether a feed comes in a step: those of training need its key. */
export function isFed({ when }: Feed, { key }: FeedSource): boolean {
  return when === 'always' || key !== undefined;
}
