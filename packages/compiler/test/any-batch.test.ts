import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { evaluate, roundingBounds } from '@ctrflow/testkit';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { optimize, record, recordForAnyBatch } from '../src/index';
import type { Graph } from '../src/index';
import { within } from './differential/compare';
import { filled } from './differential/draws';
import { runGraph } from './run-graph';

beforeAll(() => tf.setBackend('cpu'));

const WIDTH = 3;
const weights = (rows: number, columns: number): Tensor2D =>
  tf.tensor2d(Array.from({ length: rows * columns }, (_, i) => ((i * 5) % 7) / 4 - 0.7), [rows, columns]); // prettier-ignore

/** Parts of models on a batch: `[B, 3] -> [B, 3]`. Each uses the batch size in a way of its own. */
const parts: Readonly<Record<string, (x: Tensor2D) => Tensor>> = {
  dense: (x) => tf.relu(tf.add(tf.matMul(x, weights(WIDTH, WIDTH)), tf.tensor([0.1, 0, -0.1]))),
  'batch moments': (x) => tf.sub(x, tf.mean(x, 0, true)),
  'a mean over everything': (x) => tf.mul(x, tf.add(tf.mean(x), 1)),
  'the batch size as a number': (x) => tf.div(x, x.shape[0]),
  'the batch size as a constant': (x) => tf.add(x, tf.mul(tf.scalar(x.shape[0]), 0.01)),
  'a row for each': (x) => tf.add(x, tf.tile(tf.tensor2d([[1, 2, 3]]), [x.shape[0], 1])),
  'a constant of B rows': (x) => tf.mul(x, tf.fill([x.shape[0], 1], 0.5)),
  'ones of B rows': (x) => tf.concat([tf.ones([x.shape[0], 1]), tf.slice(x, [0, 1], [x.shape[0], 2])], 1),
  'items by items': (x) => tf.matMul(tf.softmax(tf.matMul(x, x, false, true)), x),
  'B in the middle': (x) => tf.slice(tf.reshape(tf.transpose(tf.reshape(tf.concat([x, tf.neg(x)], 1), [x.shape[0], 2, WIDTH]), [1, 0, 2]), [2 * x.shape[0], WIDTH]), [0, 0], [x.shape[0], WIDTH]), // prettier-ignore
  'both halves of 2B rows': (x) => tf.add(...(tf.split(tf.concat([x, tf.square(x)], 0), 2, 0) as [Tensor, Tensor])),
  'the second half of 2B rows': (x) => tf.slice(tf.concat([x, tf.sin(x)], 0), [x.shape[0], 0], [x.shape[0], WIDTH]),
  'flat and back': (x) => tf.reshape(tf.tanh(tf.reshape(x, [x.shape[0] * WIDTH])), [-1, WIDTH]),
  'padded rows cut off': (x) => tf.slice(tf.pad(x, [[1, 1], [0, 0]]), [1, 0], [x.shape[0], WIDTH]), // prettier-ignore
  'sums along the batch': (x) => tf.mul(tf.cumsum(x, 0), 0.1),
  'rows in reverse': (x) => tf.reverse(x, 0),
  'columns apart and together': (x) => tf.stack(tf.unstack(x, 1), 1),
  'a choice by row': (x) => tf.where(tf.greater(tf.sum(x, 1, true), 0), x, tf.neg(x)),
  'an embedding': (x) => tf.add(x, tf.gather(weights(4, WIDTH), tf.cast(tf.clipByValue(tf.abs(tf.reshape(tf.slice(x, [0, 0], [x.shape[0], 1]), [x.shape[0]])), 0, 3), 'int32'))), // prettier-ignore
};

function recordParts(names: readonly string[], B: number): Graph {
  return record(({ inputs }) => ({ y: names.reduce((x, name) => parts[name](x as Tensor2D), inputs.x) }), {
    inputs: { x: { shape: [B, WIDTH], dtype: 'float32' } },
  });
}

// Planted bugs: an affine dimension without its offset; a constant that keeps the size of the first recording; begin of a slice not unified.
test('a graph recorded for any batch size computes what eager tfjs does, at every size', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom(...Object.keys(parts)), { minLength: 1, maxLength: 4 }),
    fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 3 }),
    fc.nat(),
    async (names, sizes, seed) => {
      const graph = recordForAnyBatch((B) => recordParts(names, B));
      for (const B of sizes) {
        const [x] = fc.sample(filled([B, WIDTH], 'float32', { min: -2, max: 2 }), { numRuns: 1, seed });
        const program = ([tensor]: readonly Tensor[]): Tensor[] => [names.reduce((y, name) => parts[name](y as Tensor2D), tensor)]; // prettier-ignore
        const wanted = evaluate(program, [x]);
        const [bound] = roundingBounds(program, [x], wanted);
        for (const one of [graph, optimize(graph)]) {
          const { y } = await runGraph(one, { x });
          expect(y.shape).toEqual([B, WIDTH]);
          y.data.forEach((value, i) => {
            expect(within(value, wanted[0][i], bound), `B ${B}, element ${i}: ${value} and ${wanted[0][i]}`).toBe(true);
          });
        }
      }
    },
  );
  await fc.assert(property, { numRuns: Number(process.env.CTRFLOW_RUNS ?? 30), seed: 1 });
});

test.each(Object.keys(parts))('every part alone: %s', async (name) => {
  const graph = optimize(recordForAnyBatch((B) => recordParts([name], B)));
  for (const B of [1, 2, 64]) {
    const [x] = fc.sample(filled([B, WIDTH], 'float32', { min: -2, max: 2 }), { numRuns: 1, seed: B });
    const program = ([tensor]: readonly Tensor[]): Tensor[] => [parts[name](tensor as Tensor2D)];
    const wanted = evaluate(program, [x]);
    const [bound] = roundingBounds(program, [x], wanted);
    const { y } = await runGraph(graph, { x });
    y.data.forEach((value, i) => {
      expect(within(value, wanted[0][i], bound)).toBe(true);
    });
  }
});

test.each<[string, (x: Tensor2D) => Tensor, RegExp]>([
  ['a number that does not grow in a straight line', (x) => tf.mul(x, 1 / (x.shape[0] - 1)), /Multiply in the model: expected numbers that grow .*; divide by tensors/], // prettier-ignore
  ['other operations', (x) => (x.shape[0] > 10 ? tf.neg(x) : tf.abs(x)), /Abs in the model: expected the same operations for every batch size/], // prettier-ignore
  ['more operations', (x) => Array.from({ length: x.shape[0] }).reduce<Tensor>((y) => tf.neg(y), x), /expected the same operations/], // prettier-ignore
  ['other elements', (x) => tf.add(x, tf.tensor2d([[x.shape[0], 1, 2]])), /Add in the model: expected constants that do not depend/], // prettier-ignore
])('refuses %s', (_, part, message) => {
  const recordAt = (B: number): Graph =>
    record(({ inputs }) => ({ y: part(inputs.x as Tensor2D) }), { inputs: { x: { shape: [B, 3], dtype: 'float32' } } });
  expect(() => recordForAnyBatch(recordAt)).toThrow(message);
});
