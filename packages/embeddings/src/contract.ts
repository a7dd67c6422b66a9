import type { TableThreads } from './kernel-calls';

/** A table of a group: V rows, of which row 0 is padding, stays zero and takes no gradient. */
export interface TableSpec {
  readonly name: string;
  /** V, the padding row included. */
  readonly numRows: number;
  /** Row 0 is padding. Default true. */
  readonly paddingRow?: boolean;
}

/**
 * Which distinct rows some lookups touch. Groups with equal tables share one plan, so that a step dedupes its ids once.
 * A plan's arrays are reused by the planner that made it: it holds until the next but one, so that the next batch can be planned while this one is at work.
 */
export interface LookupPlan {
  /** N: number of lookups. */
  readonly numLookups: number;
  /** U: number of distinct rows. */
  readonly numDistinct: number;
  /** `[>= U]` the distinct rows of the group, in order of first appearance. */
  readonly distinct: Int32Array;
  /** `[>= N]` lookup i reads distinct row `inverse[i]`. */
  readonly inverse: Int32Array;
  /** Which of the distinct rows are padding. */
  readonly paddingSlots: readonly number[];
}

/** What an optimizer of tables needs to know of a step. */
export interface TableStep {
  readonly learningRate: number;
  /** 1-based count of updates, for bias correction. */
  readonly step: number;
  /** Multiplies every gradient, its L2 decay included (clipping by the global norm). Default 1. */
  readonly gradientScale?: number;
}

/** Named typed arrays: what a checkpoint stores of a table or an optimizer. */
export type NamedArrays = Readonly<Record<string, Float32Array>>;

/**
 * How table rows are updated. `lazy` optimizers touch the rows of the batch only; `dense` ones every row at every step, with
 * L2 decay, as published results of the field were made.
 */
export type TableOptimizer =
  | { readonly kind: 'sgd'; readonly l2?: number }
  | { readonly kind: 'adagrad'; readonly initialAccumulator?: number; readonly epsilon?: number; readonly l2?: number }
  | {
      readonly kind: 'rowwise-adagrad';
      readonly initialAccumulator?: number;
      readonly epsilon?: number;
      readonly l2?: number;
    }
  | {
      readonly kind: 'lazy-adam';
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
      readonly l2?: number;
    }
  | { readonly kind: 'ftrl'; readonly beta?: number; readonly l1?: number; readonly l2?: number }
  | {
      readonly kind: 'dense-adam';
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
      readonly l2?: number;
    };

/** Initial values of a table: a function of (key, row, element), whatever the order in which rows are made. */
export type TableInitializer =
  | { readonly kind: 'normal'; readonly stdDev: number }
  | { readonly kind: 'uniform'; readonly limit: number }
  | { readonly kind: 'zeros' };

/**
 * Tables of one embedding size D, stored as one array of rows `[row | optimizer state]`. Row r of table t is row
 * `offsetOf(t) + r` of the group.
 */
export interface TableGroup {
  readonly name: string;
  /** D. */
  readonly dim: number;
  readonly tables: readonly TableSpec[];
  /** Rows of all tables together. */
  readonly numRows: number;
  offsetOf(table: string): number;
  /** Finds the distinct rows of `numLookups` group rows. */
  plan(rows: Int32Array, numLookups?: number): LookupPlan;
  /** Writes the rows of the plan's lookups, expanded, to `out [N, D]`. */
  gather(plan: LookupPlan, out: Float32Array): void;
  /** Chooses how rows are updated and makes room for its state; weights stay as they are, state starts anew. */
  useOptimizer(optimizer: TableOptimizer): void;
  readonly optimizer: TableOptimizer | undefined;
  /**
   * L2 decay of each row of a table `[V]`, besides the optimizer's: `decay[r] w_r` is part of the gradient of row r at the steps that look it up, and only at those, whatever the
   * optimizer. None with undefined; rows that the table grows by have none.
   */
  useRowDecay(table: string, decay: Float32Array | undefined): void;
  /** Shares the work with these threads, or with none; rows and state stay as they are. Results are the same bits with any number of threads. */
  useThreads(threads: TableThreads | undefined): void;
  /** Which kernels work on the rows: `plain` loops where SIMD is missing, the rows exceed 4 GiB, or D exceeds 512. */
  readonly kernels: 'simd' | 'plain';
  /**
   * Squared L2 norm of the gradient per distinct row (L2 decays included), for clipping by the global norm. `gradients [N, D]`, which must not change before
   * `update` is called with them: their sums are used again.
   */
  gradientSquaredNorm(plan: LookupPlan, gradients: Float32Array): number;
  /** Sums `gradients [N, D]` per distinct row and updates those rows (all rows when the optimizer is dense). */
  update(plan: LookupPlan, gradients: Float32Array, step: TableStep): void;
  /** A copy of a table's weights `[V, D]`. */
  weights(table: string): Float32Array;
  /** Sets all weights of a table; a padding row stays zero. */
  setWeights(table: string, weights: Float32Array): void;
  /** Sets some rows of a table, such as pretrained vectors `[n, D]` of known ids; their optimizer state stays as it is. A padding row cannot be set. */
  setRows(table: string, rows: ArrayLike<number>, vectors: Float32Array): void;
  /** A copy of a table's optimizer state, each `[V, ...]`, by name (`m`, `v`; `accumulator`); empty without an optimizer. */
  optimizerState(table: string): NamedArrays;
  setOptimizerState(table: string, state: NamedArrays): void;
  /** Makes a table larger (new ids came): old rows keep weights and state, new rows are initialized. */
  grow(table: string, numRows: number): void;
  /** Frees the rows. Threads belong to who made them. */
  dispose(): void;
}
