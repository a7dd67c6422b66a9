import type { LookupPlan } from './contract';
import type { RowLayout } from './layout';
import type { UpdateRule } from './rules';

/** Rows in memory and the work on them. Every engine gives the same bits. */
export interface RowEngine {
  readonly kernels: 'simd' | 'plain';
  readonly layout: RowLayout;
  /** The rows, `[numRows, stride]`. Valid until the next call of another method, which may move them. */
  data(): Float32Array;
  /** Writes the rows of the plan's lookups to `out [N, D]`. */
  gather(plan: LookupPlan, out: Float32Array): void;
  /** Sums `gradients [N, D]` per distinct row in the order of the lookups, for the methods below; zero for padding rows. */
  sum(plan: LookupPlan, gradients: Float32Array): void;
  /** Adds `decay[r] w_r` to the summed gradients of the plan's rows; `decay [numRows]`. */
  addDecay(plan: LookupPlan, decay: Float32Array): void;
  /** Squared norm of the summed gradients with their decay; of all rows when the rule is dense. */
  squaredNorm(plan: LookupPlan): number;
  /** One step for the rows of the plan, or for all when the rule is dense. */
  update(plan: LookupPlan, scalars: readonly number[]): void;
  dispose(): void;
}

/** What an engine is made for. */
export interface RowEngineOptions {
  readonly numRows: number;
  readonly layout: RowLayout;
  readonly rule: UpdateRule | undefined;
}

/** Rows whose squared norms are added one after the other; the sums of such blocks are then added in their order. */
export const NORM_BLOCK = 1024;
