import { createHash } from 'node:crypto';
import { foldIn, integerAt, logUniformAt, randomKey, uniformAt } from '@ctrflow/core';
import { afterAll, expect, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { TableGroup, TableOptimizer, TableThreads } from '../src/index';
import { createTableThreads } from '../src/node';
import { sharingThreads } from './sharing-threads';

const threads = sharingThreads(3);
afterAll(() => {
  threads.close();
});

const optimizers: readonly TableOptimizer[] = [
  { kind: 'sgd', l2: 0.01 },
  { kind: 'adagrad', l2: 0.01 },
  { kind: 'rowwise-adagrad', l2: 0.01 },
  { kind: 'lazy-adam', l2: 0.01 },
  { kind: 'dense-adam', l2: 0.01 },
  { kind: 'ftrl', l1: 0.02, l2: 0.1 },
];

interface Path {
  readonly kernels: 'auto' | 'plain';
  readonly threads?: TableThreads;
}
const paths: readonly Path[] = [{ kernels: 'plain' }, { kernels: 'auto' }, { kernels: 'auto', threads }];

function newGroup(numRows: number, dim: number, optimizer: TableOptimizer, path: Path): TableGroup {
  const tables = [
    { name: 'a', numRows },
    { name: 'b', numRows: 5, paddingRow: false },
  ];
  const initializer = { kind: 'uniform', limit: 0.5 } as const;
  const group = createTableGroup('t', tables, { dim, key: randomKey(2), initializer, kernels: path.kernels });
  group.useOptimizer(optimizer);
  group.useThreads(path.threads);
  return group;
}

/** Hashes of all that steps with random batches read from and leave in the tables. */
function trace(group: TableGroup, numLookups: number, numSteps: number): readonly string[] {
  const { dim } = group;
  const hashes: string[] = [];
  const keep = (...arrays: readonly (Float32Array | Float64Array)[]): void => {
    for (const array of arrays) hashes.push(createHash('sha256').update(array).digest('hex'));
  };
  for (let step = 1; step <= numSteps; step++) {
    const key = foldIn(randomKey('batch'), dim, step);
    const rows = Int32Array.from({ length: numLookups }, (_, i) =>
      i % 7 === 0 ? integerAt(key, i, group.numRows) : logUniformAt(key, i, group.numRows),
    );
    const gradients = Float32Array.from({ length: numLookups * dim }, (_, i) => uniformAt(key, 2 ** 30 + i) - 0.5);
    const plan = group.plan(rows);
    const out = new Float32Array(numLookups * dim);
    group.gather(plan, out);
    keep(out, Float64Array.of(group.gradientSquaredNorm(plan, gradients)));
    group.update(plan, gradients, { learningRate: 0.05, step, gradientScale: 0.7 });
  }
  for (const { name } of group.tables) keep(group.weights(name), ...Object.values(group.optimizerState(name)));
  return hashes;
}

// Fails when a kernel leaves out a rounding, adds in another order, or takes a wrong offset for the elements beyond a multiple of four.
test.each(optimizers)('$kind: plain loops, SIMD and threads give the same bits for every size', (optimizer) => {
  for (const dim of [1, 2, 3, 4, 6, 16, 21]) {
    const [plain, ...others] = paths.map((path) => trace(newGroup(40, dim, optimizer, path), 90, 3));
    for (const other of others) expect(other).toEqual(plain);
  }
});

// Fails when the decay of rows is rounded otherwise, or added to the sums of the batch before.
test.each(optimizers)('$kind: the same bits with a decay of each row', (optimizer) => {
  const decay = Float32Array.from({ length: 40 }, (_, row) => 0.3 / (1 + row));
  const traces = paths.map((path) => {
    const group = newGroup(40, 5, optimizer, path);
    group.useRowDecay('a', decay);
    return trace(group, 90, 3);
  });
  expect(traces[1]).toEqual(traces[0]);
  expect(traces[2]).toEqual(traces[0]);
  expect(traces[0]).not.toEqual(trace(newGroup(40, 5, optimizer, paths[0]), 90, 3));
});

// Long enough for several chunks. Fails when a chunk is left out or done twice, when a worker gets other arguments, or reads a task that is over.
test.each(optimizers)('$kind: threads that share a table give the same bits', (optimizer) => {
  const before = threads.numShared;
  const [plain, ...others] = paths.map((path) => trace(newGroup(9000, 5, optimizer, path), 12_000, 2));
  for (const other of others) expect(other).toEqual(plain);
  expect(threads.numShared).toBeGreaterThan(before);
});

// Fails when kernels lose rows or state on the way, or a closed pool is waited for.
test('threads can come, go and end between steps', () => {
  const run = (change: (group: TableGroup) => void): readonly string[] => {
    const group = newGroup(3000, 4, { kind: 'lazy-adam' }, { kernels: 'auto' });
    const first = trace(group, 5000, 1);
    change(group);
    return [...first, ...trace(group, 5000, 1)];
  };
  const pool = createTableThreads(2);
  const changed = run((group) => {
    group.useThreads(pool);
    trace(group, 5000, 0);
    pool.close();
  });
  expect(changed).toEqual(run(() => undefined));
});

test('SIMD is what runs where nothing forbids it', () => {
  expect(newGroup(10, 3, { kind: 'sgd' }, { kernels: 'auto' }).kernels).toBe('simd');
  expect(newGroup(10, 3, { kind: 'sgd' }, { kernels: 'plain' }).kernels).toBe('plain');
  expect(newGroup(10, 513, { kind: 'sgd' }, { kernels: 'auto' }).kernels).toBe('plain');
});
