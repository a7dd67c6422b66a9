import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { evaluate, exactBatchNorm, randomProgram, runProgram, runWithGradients } from '@ctrflow/testkit';
import type { Program } from '@ctrflow/testkit';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { optimize, record } from '../src/index';
import type { Graph } from '../src/index';
import { filled } from './differential/draws';
import { recordProgram, runGraph } from './run-graph';

beforeAll(() => tf.setBackend('cpu'));

/** tfjs itself leaks what a function without a gradient has saved. */
function canDifferentiate(program: Program): boolean {
  try {
    evaluate((inputs) => runWithGradients(program, inputs), program.inputs);
    return true;
  } catch {
    return false;
  }
}

test('recording leaves backend and tensors as they were, with and without gradients', () => {
  const property = fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, numSteps) => {
    const program = randomProgram(seed, { numSteps });
    const differentiable = canDifferentiate(program);
    const before = tf.memory().numTensors;
    recordProgram(program.inputs, (inputs) => runProgram(program, inputs));
    if (differentiable) recordProgram(program.inputs, (inputs) => runWithGradients(program, inputs));
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before);
  });
  fc.assert(property, { numRuns: 40, seed: 1 });
});

test.each<[string, (x: Tensor) => Tensor]>([
  ['the program throws', () => { throw new Error('planned'); }], // prettier-ignore
  ['numbers are read back', (x) => tf.add(x, x.dataSync()[0])],
  ['a kernel is unknown', (x) => tf.engine().runKernel('NoSuchKernel', { x })],
  ['shapes do not fit', (x) => tf.matMul(x, x)],
])('when %s, backend, variables and tensors are as before', (_, body) => {
  const w = tf.variable(tf.tensor([1, 2, 3]));
  const data = w.dataId;
  const before = tf.memory().numTensors;
  const run = (): Graph =>
    record(
      ({ inputs }) => {
        w.assign(tf.mul(w, 2));
        return { y: body(inputs.x) };
      },
      { inputs: { x: { shape: [2, 3], dtype: 'float32' } }, variables: { w } },
    );
  expect(run).toThrow();
  expect(tf.getBackend()).toBe('cpu');
  expect(w.dataId).toBe(data);
  expect([...w.dataSync()]).toEqual([1, 2, 3]);
  expect(tf.memory().numTensors).toBe(before);
  expect([...tf.neg(w).dataSync()]).toEqual([-1, -2, -3]); // and the backend works
  w.dispose();
});

test('a kernel that is unknown is named', () => {
  const run = (): Graph =>
    recordProgram([{ shape: [2], dtype: 'float32' }], ([x]) => tf.engine().runKernel<Tensor>('NoSuchKernel', { x }));
  expect(run).toThrow(
    /record: expected kernels that can be recorded, got "?NoSuchKernel"?; the model runs eagerly instead/,
  );
});

/** A step of batch normalization, as layers write it: what comes out, and what the moving averages become. */
function batchNormGraph(B: number, mean: tf.Variable, variance: tf.Variable): Graph {
  return record(
    ({ inputs: { x } }) => {
      const moments = tf.moments(x, 0);
      const unbiased = tf.mul(moments.variance, B / (B - 1));
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(moments.mean, 0.1)));
      variance.assign(tf.add(tf.mul(variance, 0.9), tf.mul(unbiased, 0.1)));
      return { y: tf.div(tf.sub(x, moments.mean), tf.sqrt(tf.add(moments.variance, 1e-5))) };
    },
    { inputs: { x: { shape: [B, 2], dtype: 'float32' } }, variables: { mean, variance } },
  );
}

// Planted bugs: an update that names the value before the assignment; updates dropped by dead-code; a variable left at its place in the graph.
test('what a step assigns to variables comes out as updates', async () => {
  const property = fc.asyncProperty(fc.constantFrom(2, 5, 70), fc.nat(), async (B, seed) => {
    const [mean, variance] = [tf.variable(tf.tensor([0.5, -1])), tf.variable(tf.tensor([1, 2]))];
    const graph = batchNormGraph(B, mean, variance);
    expect([...mean.dataSync(), ...variance.dataSync()]).toEqual([0.5, -1, 1, 2]);
    tf.dispose([mean, variance]);
    const [x] = fc.sample(filled([B, 2], 'float32', { min: -4, max: 4 }), { numRuns: 1, seed });
    const rows = Array.from({ length: B }, (_, b) => x.data.slice(2 * b, 2 * b + 2));
    const wanted = exactBatchNorm(rows, [1, 1], [0, 0], { mean: [0.5, -1], variance: [1, 2] });
    for (const one of [graph, optimize(graph)]) {
      expect(one.updates.map(({ name }) => name)).toEqual(['mean', 'variance']);
      const state = (data: readonly number[]) => ({ shape: [2], dtype: 'float32' as const, data });
      const results = await runGraph(one, { x, mean: state([0.5, -1]), variance: state([1, 2]) });
      // Sums of B terms of at most 4 and their squares, each rounded B + 6 times; the roots are at most 1 / sqrt(1e-5 + variance) steeper.
      const bound = (B + 6) * 2 ** -24 * 16;
      results['mean:next'].data.forEach((value, h) => {
        expect(Math.abs(value - wanted.movingMean[h])).toBeLessThanOrEqual(bound);
      });
      results['variance:next'].data.forEach((value, h) => {
        expect(Math.abs(value - wanted.movingVariance[h])).toBeLessThanOrEqual(4 * bound);
      });
      const steepest = Math.max(...[0, 1].map((h) => spreadOf(rows.map((row) => row[h]))));
      results.y.data.forEach((value, i) => {
        expect(Math.abs(value - wanted.rows[Math.floor(i / 2)][i % 2])).toBeLessThanOrEqual(8 * bound * steepest ** 3);
      });
    }
  });
  await fc.assert(property, { numRuns: 12, seed: 1 });
});

/** 1 over the standard deviation, at least 1. */
function spreadOf(column: readonly number[]): number {
  const mean = column.reduce((total, x) => total + x, 0) / column.length;
  const variance = column.reduce((total, x) => total + (x - mean) ** 2, 0) / column.length;
  return Math.max(1, 1 / Math.sqrt(variance + 1e-5));
}

test('a variable that is only read has no update', () => {
  const w = tf.variable(tf.tensor([1, 2]));
  const graph = record(({ inputs }) => ({ y: tf.mul(inputs.x, w) }), { inputs: { x: { shape: [2], dtype: 'float32' } }, variables: { w } }); // prettier-ignore
  expect(graph.updates).toEqual([]);
  w.dispose();
});

test('a variable that is assigned and read again is read as assigned', async () => {
  const w = tf.variable(tf.tensor([1, 2]));
  const graph = record(
    ({ inputs }) => {
      w.assign(tf.pow(tf.add(w, inputs.x), 2)); // a node that a pass replaces
      return { y: tf.mul(w, 10) };
    },
    { inputs: { x: { shape: [2], dtype: 'float32' } }, variables: { w } },
  );
  w.dispose();
  const filledWith = (...data: number[]) => ({ shape: [2], dtype: 'float32' as const, data });
  const results = await runGraph(optimize(graph), { x: filledWith(3, 4), w: filledWith(5, 6) });
  expect(results.y.data).toEqual([640, 1000]);
  expect(results['w:next'].data).toEqual([64, 100]);
});
