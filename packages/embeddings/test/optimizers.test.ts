import { randomKey } from '@ctrflow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { TableGroup, TableOptimizer } from '../src/index';
import { anyOptimizer, someSteps } from './arbitraries';
import type { StepInput } from './arbitraries';
import { exact } from '@ctrflow/testkit/bounded';
import type { Bounded } from '@ctrflow/testkit/bounded';
import { beginState, oracleStep } from './oracles';
import type { OracleRow } from './oracles';

const numRows = 7;

function newGroup(dim: number, optimizer: TableOptimizer, kernels: 'auto' | 'plain' = 'auto'): TableGroup {
  const initializer = { kind: 'uniform', limit: 0.5 } as const;
  const group = createTableGroup('t', [{ name: 'a', numRows }], { dim, key: randomKey(1), initializer, kernels });
  group.useOptimizer(optimizer);
  return group;
}

/** The oracle's rows after the steps. */
function runOracle(group: TableGroup, optimizer: TableOptimizer, steps: readonly StepInput[]): OracleRow[] {
  const { dim } = group;
  const weights = group.weights('a');
  const table = Array.from({ length: numRows }, (_, r) => ({
    w: Array.from(weights.subarray(r * dim, (r + 1) * dim), exact),
    state: beginState(optimizer, dim),
  }));
  steps.forEach(({ rows, gradients }, s) => {
    for (let r = 1; r < numRows; r++) {
      if (optimizer.kind !== 'dense-adam' && !rows.includes(r)) continue;
      const gradient = Array.from({ length: dim }, (_, j) =>
        rows.reduce((sum, row, i) => (row === r ? sum + gradients[i * dim + j] : sum), 0),
      );
      oracleStep(optimizer, table[r], gradient.map(exact), stepOf(s));
    }
  });
  return table;
}

const stepOf = (s: number) => ({ learningRate: 0.05, step: s + 1, gradientScale: s % 2 === 0 ? 1 : 0.3 });

function runTables(group: TableGroup, steps: readonly StepInput[]): void {
  steps.forEach(({ rows, gradients }, s) => {
    group.update(group.plan(rows), gradients, stepOf(s));
  });
}

/** Compared values, and those whose bound says nothing: a divisor near 0 by cancellation. */
const counts = { all: 0, loose: 0 };

function expectWithin(actual: Float32Array, oracle: readonly Bounded[]): void {
  expect(actual.length).toBe(oracle.length);
  counts.all += oracle.length;
  counts.loose += oracle.filter(({ error }) => !(error < 1e-4)).length;
  oracle.forEach(({ value, error }, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(error);
  });
}

const cases = fc
  .integer({ min: 1, max: 9 })
  .chain((dim) => fc.record({ dim: fc.constant(dim), optimizer: anyOptimizer, steps: someSteps(numRows, dim) }));

// Fails for: bias correction left out, duplicates applied one by one, the padding row updated, decay after instead of in the gradient, sqrt(v + eps).
test.each(['auto', 'plain'] as const)(
  '%s kernels follow the float64 oracle within its running error bound',
  (kernels) => {
    fc.assert(
      fc.property(cases, ({ dim, optimizer, steps }) => {
        const group = newGroup(dim, optimizer, kernels);
        const oracle = runOracle(group, optimizer, steps);
        runTables(group, steps);
        expectWithin(group.weights('a'), oracle.flatMap(({ w }) => w)); // prettier-ignore
        for (const [name, state] of Object.entries(group.optimizerState('a')))
        expectWithin(state, oracle.flatMap((row) => row.state[name])); // prettier-ignore
      }),
      { numRuns: 150, seed: 3 },
    );
  },
);

// Fails when padding lookups are summed into row 0, or when an optimizer divides 0 by 0 there.
test('a padding row stays exactly zero', () => {
  fc.assert(
    fc.property(cases, ({ dim, optimizer, steps }) => {
      const group = newGroup(dim, optimizer);
      runTables(group, steps);
      expect(Array.from(group.weights('a').subarray(0, dim))).toEqual(new Array<number>(dim).fill(0));
    }),
    { numRuns: 100, seed: 4 },
  );
});

// The gradients are dyadic, so their sums are exact and even the rounding stays. Fails when a duplicate is lost or counted with another row.
test('the order of lookups makes no difference', () => {
  fc.assert(
    fc.property(cases, ({ dim, optimizer, steps }) => {
      const [group, other] = [newGroup(dim, optimizer), newGroup(dim, optimizer)];
      runTables(group, steps);
      const reversed = steps.map(({ rows, gradients }) => ({
        rows: rows.slice().reverse(),
        gradients: Float32Array.from(
          gradients,
          (_, i) => gradients[(rows.length - 1 - Math.floor(i / dim)) * dim + (i % dim)],
        ),
      }));
      runTables(other, reversed);
      expect(other.weights('a')).toEqual(group.weights('a'));
    }),
    { numRuns: 60, seed: 5 },
  );
});

// Fails when a part of the state is not saved: the steps that follow then differ.
test('weights and state taken to another group go on with the same bits', () => {
  fc.assert(
    fc.property(cases, ({ dim, optimizer, steps }) => {
      const group = newGroup(dim, optimizer, 'plain');
      runTables(group, steps);
      const resumed = newGroup(dim, optimizer, 'auto');
      resumed.setWeights('a', group.weights('a'));
      resumed.setOptimizerState('a', group.optimizerState('a'));
      for (const each of [group, resumed]) runTables(each, steps);
      expect(resumed.weights('a')).toEqual(group.weights('a'));
      expect(resumed.optimizerState('a')).toEqual(group.optimizerState('a'));
    }),
    { numRuns: 60, seed: 6 },
  );
});

test.each([
  [{ kind: 'lazy-adam', epsilon: 0 }, /table optimizer lazy-adam: expected a finite number >= .* for epsilon, got 0/],
  [{ kind: 'dense-adam', beta2: 1 }, /for beta2, got 1/],
  [{ kind: 'sgd', l2: -1 }, /for l2, got -1/],
] as const)('refuses %j', (optimizer, message) => {
  expect(() => { newGroup(2, optimizer); }).toThrow(message); // prettier-ignore
});
