import type { LookupPlan } from './contract';

/** Finds the distinct rows of a batch. Its memory is one 32-bit slot per row of the group, reset after each use in time of the batch. */
export class LookupPlanner {
  private slotOf: Int32Array;
  private distinct = new Int32Array(0);
  private inverse = new Int32Array(0);

  constructor(numRows: number) {
    this.slotOf = new Int32Array(numRows).fill(-1);
  }

  /** The plan holds until the next call. */
  plan(rows: Int32Array, numLookups = rows.length): LookupPlan {
    if (this.inverse.length < numLookups) {
      this.distinct = new Int32Array(numLookups);
      this.inverse = new Int32Array(numLookups);
    }
    const { slotOf, distinct, inverse } = this;
    let numDistinct = 0;
    for (let i = 0; i < numLookups; i++) {
      const row = rows[i];
      let slot = slotOf[row];
      if (slot < 0) {
        slot = numDistinct++;
        slotOf[row] = slot;
        distinct[slot] = row;
      }
      inverse[i] = slot;
    }
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = -1;
    return { numLookups, numDistinct, distinct, inverse };
  }
}
