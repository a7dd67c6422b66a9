import { ShapeError, checkInteger, checkList, expected } from '@ctrflow/core';
import type { LookupPlan } from './contract';

/** Lookups whose slots are read ahead together, so that cache misses overlap. */
const TOUCHED = 256;

/** Arrays of one plan. */
interface PlanArrays {
  distinct: Int32Array;
  inverse: Int32Array;
}

/**
 * Finds the distinct rows of batches. Its memory is one 32-bit slot per row of the group, reset after each use in time of the batch.
 * Plans take turns in two sets of arrays: a plan holds until the next but one is made, so that one can be made while another is at work.
 */
export class LookupPlanner {
  private readonly slotOf: Int32Array;
  /** Takes what the reads ahead found, or a compiler would drop them. */
  private readonly touched = new Int32Array(1);
  private arrays: PlanArrays = emptyArrays();
  private others: PlanArrays = emptyArrays();

  /** @param paddingRows - rows whose slots a plan names */
  constructor(
    numRows: number,
    private readonly paddingRows: readonly number[] = [],
  ) {
    checkInteger('LookupPlanner', 'numRows', numRows, { min: 1 });
    for (const row of checkList('LookupPlanner', 'a list of rows for paddingRows', paddingRows))
      checkInteger('LookupPlanner', 'a padding row', row, { min: 0, max: numRows - 1 });
    this.slotOf = new Int32Array(numRows).fill(-1);
  }

  /**
   * The plan of the first `numLookups` of `rows`; it holds until the next but one.
   *
   * @throws ShapeError for a row that the group does not have
   */
  plan(rows: Int32Array, numLookups = rows.length): LookupPlan {
    [this.arrays, this.others] = [this.others, this.arrays];
    if (this.arrays.inverse.length < numLookups) {
      this.arrays = { distinct: new Int32Array(numLookups + 1), inverse: new Int32Array(numLookups) };
    }
    const { slotOf } = this;
    const { distinct, inverse } = this.arrays;
    let numDistinct = 0;
    for (let from = 0; from < numLookups; from += TOUCHED) {
      const to = Math.min(numLookups, from + TOUCHED);
      this.touched[0] = this.readSlots(rows, from, to, numDistinct);
      numDistinct = assignSlots(slotOf, rows, from, to, numDistinct, this.arrays);
    }
    const paddingSlots = this.paddingRows.map((row) => slotOf[row]).filter((slot) => slot >= 0);
    this.forget(numDistinct);
    return { numLookups, numDistinct, distinct, inverse, paddingSlots };
  }

  /** Reads the slots of `rows[from .. to]` into the cache and checks the rows. */
  private readSlots(rows: Int32Array, from: number, to: number, numDistinct: number): number {
    const { slotOf } = this;
    const last = slotOf.length - 1;
    let bits = 0;
    let outside = 0; // negative when a row is outside
    for (let i = from; i < to; i++) {
      const row = rows[i];
      outside |= row | (last - row);
      bits ^= slotOf[row];
    }
    if (outside >= 0) return bits;
    this.forget(numDistinct);
    const wrong = rows.subarray(from, to).find((row) => row < 0 || row > last);
    throw new ShapeError(expected('tables', `rows from 0 to ${last}`, wrong, 'were ids encoded with another schema?'));
  }

  private forget(numDistinct: number): void {
    const { slotOf } = this;
    const { distinct } = this.arrays;
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = -1;
  }
}

/** Gives each new row of `rows[from .. to]` the next slot, without a branch: a mispredicted one would stop the loads that follow. */
function assignSlots(
  slotOf: Int32Array,
  rows: Int32Array,
  from: number,
  to: number,
  start: number,
  { distinct, inverse }: PlanArrays,
): number {
  let numDistinct = start;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const found = slotOf[row];
    const isNew = found >> 31; // all ones for -1
    const slot = (found & ~isNew) | (numDistinct & isNew);
    distinct[numDistinct] = row;
    slotOf[row] = slot;
    inverse[i] = slot;
    numDistinct -= isNew;
  }
  return numDistinct;
}

function emptyArrays(): PlanArrays {
  return { distinct: new Int32Array(1), inverse: new Int32Array(0) };
}
