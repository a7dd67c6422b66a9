import { randomKey, uniformAt } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { TableOptimizer } from '../src/index';

interface OracleState {
  w: number[][];
  s: Record<string, number[][]>;
}
type Oracle = (
  state: OracleState,
  gradient: (row: number, j: number) => number,
  touched: Set<number>,
  step: number,
) => void;

const lr = 0.05;
const rows = 9;
const dim = 3;

/** Float64 plain loops, one element at a time, written from the papers' formulas. */
const oracles: Record<TableOptimizer['kind'], Oracle> = {
  sgd: each(({ w }, g, r, j) => {
    w[r][j] -= lr * (g + 0.01 * w[r][j]);
  }),
  adagrad: each(({ w, s }, g, r, j) => {
    s.accumulator[r][j] += g * g;
    w[r][j] -= (lr * g) / (Math.sqrt(s.accumulator[r][j]) + 1e-10);
  }),
  'rowwise-adagrad': ({ w, s }, gradient, touched) => {
    for (const r of touched) {
      let mean = 0;
      for (let j = 0; j < dim; j++) mean += gradient(r, j) ** 2 / dim;
      s.accumulator[r][0] += mean;
      for (let j = 0; j < dim; j++) w[r][j] -= (lr * gradient(r, j)) / (Math.sqrt(s.accumulator[r][0]) + 1e-10);
    }
  },
  'lazy-adam': each(adam(0)),
  'dense-adam': (state, gradient, _touched, step) => {
    const update = adam(0.02);
    for (let r = 1; r < rows; r++) for (let j = 0; j < dim; j++) update(state, gradient(r, j), r, j, step);
  },
  ftrl: each(({ w, s }, g, r, j) => {
    const [z, n] = [s.z[r][j], s.n[r][j]];
    const sigma = (Math.sqrt(n + g * g) - Math.sqrt(n)) / lr;
    s.z[r][j] = z + g - sigma * w[r][j];
    s.n[r][j] = n + g * g;
    const shrunk = Math.abs(s.z[r][j]) - 0.1;
    w[r][j] = shrunk <= 0 ? 0 : (-Math.sign(s.z[r][j]) * shrunk) / ((1 + Math.sqrt(s.n[r][j])) / lr + 0.2);
  }),
};

function adam(l2: number): (state: OracleState, g: number, r: number, j: number, step: number) => void {
  return ({ w, s }, raw, r, j, step) => {
    const g = raw + l2 * w[r][j];
    s.m[r][j] = 0.9 * s.m[r][j] + 0.1 * g;
    s.v[r][j] = 0.999 * s.v[r][j] + 0.001 * g * g;
    const mHat = s.m[r][j] / (1 - 0.9 ** step);
    const vHat = s.v[r][j] / (1 - 0.999 ** step);
    w[r][j] -= (lr * mHat) / (Math.sqrt(vHat) + 1e-8);
  };
}

function each(update: (state: OracleState, g: number, r: number, j: number, step: number) => void): Oracle {
  return (state, gradient, touched, step) => {
    for (const r of touched) for (let j = 0; j < dim; j++) update(state, gradient(r, j), r, j, step);
  };
}

const optimizers: TableOptimizer[] = [
  { kind: 'sgd', l2: 0.01 },
  { kind: 'adagrad' },
  { kind: 'rowwise-adagrad' },
  { kind: 'lazy-adam' },
  { kind: 'dense-adam', l2: 0.02 },
  { kind: 'ftrl', l1: 0.1, l2: 0.2 },
];

// Planted bugs that this fails for: bias correction left out, duplicates applied one by one, padding row updated.
test.each(optimizers)(
  '$kind follows its float64 oracle over 40 steps with duplicate and padding lookups',
  (optimizer) => {
    const group = createTableGroup('t', [{ name: 'a', numRows: rows }], {
      dim,
      key: randomKey(1),
      initializer: { kind: 'uniform', limit: 0.5 },
    });
    group.useOptimizer(optimizer);
    const table = (): number[][] => Array.from({ length: rows }, () => Array<number>(dim).fill(0));
    const state: OracleState = {
      w: Array.from({ length: rows }, (_, r) => Array.from(group.weights('a').slice(r * dim, (r + 1) * dim))),
      s: Object.fromEntries(['m', 'v', 'accumulator', 'z', 'n'].map((name) => [name, table()])),
    };
    const random = randomKey('gradients');
    for (let step = 1; step <= 40; step++) {
      const numLookups = 6;
      const ids = Int32Array.from({ length: numLookups }, (_, i) =>
        Math.floor(uniformAt(random, step * 100 + i) * rows),
      );
      const gradients = Float32Array.from(
        { length: numLookups * dim },
        (_, i) => uniformAt(random, step * 1000 + i) - 0.5,
      );
      const gradient = (r: number, j: number): number =>
        ids.reduce((sum, id, i) => (id === r ? sum + gradients[i * dim + j] : sum), 0);
      oracles[optimizer.kind](state, gradient, new Set([...ids].filter((id) => id !== 0)), step);
      group.update(group.plan(ids), gradients, { learningRate: lr, step });
    }
    const weights = group.weights('a');
    state.w.flat().forEach((value, i) => {
      // 40 steps of about 10 rounded operations, values below 4: 40 * 10 * 4 * 2^-24, times the growth of 1 / sqrt(v) near 0.
      expect(Math.abs(weights[i] - value)).toBeLessThan(40 * 10 * 4 * 2 ** -24 * 4);
    });
    expect(Array.from(weights.slice(0, dim))).toEqual([0, 0, 0]);
  },
);
