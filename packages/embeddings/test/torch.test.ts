import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomKey } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { TableOptimizer } from '../src/index';
import { exact } from '@ctrflow/testkit/bounded';
import { beginState, oracleStep } from './oracles';

/** Made by `tools/golden/table_optimizers.py`. */
interface Golden {
  readonly rows: number;
  readonly dim: number;
  readonly weights: readonly number[];
  readonly ids: readonly (readonly number[])[];
  readonly gradients: readonly (readonly number[])[];
  readonly results: Readonly<Record<string, readonly number[]>>;
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/table-optimizers.json'), 'utf8')) as Golden;
const { rows, dim, weights, ids, gradients, results } = golden;

const optimizers: readonly TableOptimizer[] = [
  { kind: 'sgd', l2: 0.125 },
  { kind: 'adagrad', initialAccumulator: 0.1 },
  { kind: 'dense-adam', l2: 0.125 },
  { kind: 'lazy-adam' },
];

// The bound is the running rounding error of the same steps, plus what PyTorch's SparseAdam does otherwise: it adds epsilon before the bias correction of v,
// which moves a step of at most 6 lr by a share below epsilon / (sqrt(v) c): v >= 0.001 / 256, so 6 * 6 * 0.05 * 1e-8 / 0.00195 in six steps.
test.each(optimizers)('$kind equals PyTorch', (optimizer) => {
  const group = createTableGroup('t', [{ name: 'a', numRows: rows, paddingRow: false }], { dim, key: randomKey(1) });
  group.useOptimizer(optimizer);
  group.setWeights('a', Float32Array.from(weights));
  const oracle = Array.from({ length: rows }, (_, r) => ({
    w: weights.slice(r * dim, (r + 1) * dim).map(exact),
    state: beginState(optimizer, dim),
  }));
  ids.forEach((lookups, s) => {
    const step = { learningRate: 0.05, step: s + 1 };
    group.update(group.plan(Int32Array.from(lookups)), Float32Array.from(gradients[s]), step);
    oracle.forEach((row, r) => {
      const sum = (j: number) =>
        lookups.reduce((total, id, i) => (id === r ? total + gradients[s][i * dim + j] : total), 0);
      oracleStep(optimizer, row, Array.from({ length: dim }, (_, j) => exact(sum(j))), step); // prettier-ignore
    });
  });
  const epsilon = optimizer.kind === 'lazy-adam' ? (6 * 6 * 0.05 * 1e-8) / 0.00195 : 0;
  const errors = oracle.flatMap(({ w }) => w.map(({ error }) => error));
  group.weights('a').forEach((w, i) => {
    expect(Math.abs(w - results[optimizer.kind][i])).toBeLessThanOrEqual(errors[i] + epsilon);
  });
});
