import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LookupPlanner } from '../src/index';
import type { LookupPlan } from '../src/index';

const numRows = 9;
const batch = fc
  .array(fc.integer({ min: 0, max: numRows - 1 }), { maxLength: 600 })
  .map((rows) => Int32Array.from(rows));

function expectPlan(plan: LookupPlan, rows: Int32Array): void {
  const distinct = [...new Set(rows)]; // in order of first appearance
  expect(Array.from(plan.distinct.subarray(0, plan.numDistinct))).toEqual(distinct);
  expect(Array.from(rows, (_, i) => plan.distinct[plan.inverse[i]])).toEqual(Array.from(rows));
  expect(plan.paddingSlots.map((slot) => plan.distinct[slot])).toEqual([0, 4].filter((row) => distinct.includes(row)));
}

// Fails when slots are not forgotten, when both plans share arrays, or when the blocks in which rows are read leave some out.
test('a plan holds until the next but one', () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 2, maxLength: 4 }), (batches) => {
      const planner = new LookupPlanner(numRows, [0, 4]);
      let before: LookupPlan | undefined;
      batches.forEach((rows, i) => {
        const plan = planner.plan(rows);
        if (before !== undefined) expectPlan(before, batches[i - 1]);
        expectPlan(plan, rows);
        before = plan;
      });
    }),
    { numRuns: 60, seed: 1 },
  );
});

// Fails when slots found before the error stay: the plan that follows would begin with them.
test.each([-1, numRows])('refuses row %i and forgets what it began', (wrong) => {
  const planner = new LookupPlanner(numRows, [0, 4]);
  const rows = new Int32Array(400).fill(3);
  rows[390] = wrong;
  expect(() => planner.plan(rows)).toThrow(`tables: expected rows from 0 to 8, got ${wrong}`);
  const good = Int32Array.of(5, 3, 0, 5);
  expectPlan(planner.plan(good), good);
});
