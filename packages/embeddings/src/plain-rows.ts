import { ShapeError, expected } from '@ctrflow/core';
import type { LookupPlan } from './contract';
import { addRowDecay } from './row-decay';
import { NORM_BLOCK } from './row-engine';
import type { RowEngine, RowEngineOptions } from './row-engine';

/** Rows in an ordinary array, worked on by plain loops: runs everywhere, for tables of any size. */
export class PlainRows implements RowEngine {
  readonly kernels = 'plain';
  readonly layout;
  private readonly rule;
  private readonly numRows: number;
  private readonly rows: Float32Array;
  /** The gradient of slot k at `(k + 1) * D`; zeros before, for rows that the batch does not touch. */
  private padded = new Float32Array(0);
  /** 1 + slot of each row, 0 for those that the batch does not touch; for dense rules only. */
  private slotOf: Int32Array | undefined;

  constructor({ numRows, layout, rule }: RowEngineOptions) {
    this.numRows = numRows;
    this.layout = layout;
    this.rule = rule;
    this.rows = new Float32Array(numRows * layout.stride);
  }

  data(): Float32Array {
    return this.rows;
  }

  gather({ numLookups, distinct, inverse }: LookupPlan, out: Float32Array): void {
    const { rows } = this;
    const { dim, stride } = this.layout;
    for (let i = 0, o = 0; i < numLookups; i++) {
      const at = distinct[inverse[i]] * stride;
      for (let j = 0; j < dim; j++) out[o++] = rows[at + j];
    }
  }

  sum({ numLookups, numDistinct, inverse, paddingSlots }: LookupPlan, gradients: Float32Array): void {
    const { dim } = this.layout;
    if (this.padded.length < (numDistinct + 1) * dim) this.padded = new Float32Array((numLookups + 1) * dim);
    const summed = this.padded.subarray(dim);
    summed.fill(0, 0, numDistinct * dim);
    for (let i = 0, g = 0; i < numLookups; i++) {
      const at = inverse[i] * dim;
      for (let j = 0; j < dim; j++) summed[at + j] += gradients[g++];
    }
    for (const slot of paddingSlots) summed.fill(0, slot * dim, (slot + 1) * dim);
  }

  addDecay(plan: LookupPlan, decay: Float32Array): void {
    addRowDecay(this.padded.subarray(this.layout.dim), this.rows, this.layout, plan, decay);
  }

  squaredNorm(plan: LookupPlan): number {
    const { rows, padded } = this;
    const { dim, stride } = this.layout;
    const { distinct, numDistinct } = plan;
    const decay = Math.fround(this.rule?.l2 ?? 0);
    const ofRow = rowNorm(padded, rows, dim, decay);
    if (this.rule?.dense !== true || decay === 0)
      return sumOfBlocks(numDistinct, (slot) => ofRow((slot + 1) * dim, distinct[slot] * stride));
    return this.withSlots(plan, (slotOf) => sumOfBlocks(this.numRows, (row) => ofRow(slotOf[row] * dim, row * stride)));
  }

  update(plan: LookupPlan, scalars: readonly number[]): void {
    const { rule, rows, numRows } = this;
    if (rule === undefined) throw new ShapeError(expected('tables', 'an optimizer before an update', 'none'));
    const { dim, stride } = this.layout;
    const updateRow = rule.updateRow(rows, this.padded, dim, scalars);
    const { distinct, numDistinct } = plan;
    if (!rule.dense)
      for (let slot = 0; slot < numDistinct; slot++) updateRow(distinct[slot] * stride, (slot + 1) * dim);
    else
      this.withSlots(plan, (slotOf) => {
        for (let row = 0; row < numRows; row++) updateRow(row * stride, slotOf[row] * dim);
      });
  }

  dispose(): void {
    // Nothing but memory.
  }

  /** Calls `use` with the slot of each row, and forgets them in time of the batch. */
  private withSlots<T>({ distinct, numDistinct }: LookupPlan, use: (slotOf: Int32Array) => T): T {
    const slotOf = (this.slotOf ??= new Int32Array(this.numRows));
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = slot + 1;
    const result = use(slotOf);
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = 0;
    return result;
  }
}

/** |g + decay w|^2 of a row, in float64, the squares in the order of the vector code: four lanes, (0 + 1) + (2 + 3), then those left over. */
function rowNorm(gradients: Float32Array, rows: Float32Array, dim: number, decay: number) {
  const fours = dim - (dim % 4);
  const lanes = new Float64Array(4);
  return (g: number, at: number): number => {
    const square = (j: number): number => {
      const gradient = Math.fround(gradients[g + j] + Math.fround(decay * rows[at + j]));
      return gradient * gradient;
    };
    lanes.fill(0);
    for (let j = 0; j < fours; j++) lanes[j % 4] += square(j);
    let sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
    for (let j = fours; j < dim; j++) sum += square(j);
    return sum;
  };
}

/** Sums `value(0)` to `value(count - 1)` block by block, the order that allows threads. */
function sumOfBlocks(count: number, value: (k: number) => number): number {
  let total = 0;
  for (let from = 0; from < count; from += NORM_BLOCK) {
    let block = 0;
    for (let k = from; k < Math.min(count, from + NORM_BLOCK); k++) block += value(k);
    total += block;
  }
  return total;
}
