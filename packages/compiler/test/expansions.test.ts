import * as tf from '@tensorflow/tfjs-core';
import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { beforeAll, expect, test } from 'vitest';
import { record, recordForAnyBatch, repairGradients } from '../src/index';
import { checkOp } from './checked-op';
import type { CheckedOp } from './checked-op';
import { compiled, floats, ints, runGraph, specs } from './compiled';
import type { Data } from './compiled';
import { flat, picked, positions, sizeOf } from './index-oracles';

function numbers(shape: readonly number[], seed: string, low = -1, width = 2): Data {
  const key = foldIn(randomKey(13), seed);
  return floats(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => low + width * uniformAt(key, i)),
  );
}

beforeAll(repairGradients);

const activations: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  leakyrelu: (x) => (x >= 0 ? x : 0.3 * x),
  prelu: (x) => (x >= 0 ? x : 0.25 * x),
};

// Outside of gradients tfjs runs one fused kernel, inside of them its parts. Planted bugs: an activation forgotten or taken for another, the slope
// of one lost, the bias after the activation.
test.each(Object.keys(activations))('a product fused with a bias and %s', async (activation) => {
  await checkOp({
    op: (a, b, bias) =>
      tf.fused.matMul({ a, b, bias, activation: activation as 'relu', leakyreluAlpha: 0.3, preluActivationWeights: tf.scalar(0.25) }), // prettier-ignore
    oracle: (a, b, bias) =>
      Float64Array.from(positions([2, 4]), ([i, j]) => {
        const product = [0, 1, 2].reduce((sum, k) => sum + a[3 * i + k] * b[4 * k + j], bias[j]);
        return activations[activation](product);
      }),
    inputs: [numbers([2, 3], 'a'), numbers([3, 4], 'b'), numbers([4], 'bias')],
    roundings: 16,
  });
});

// Planted bugs: the default of epsilon, scale and offset exchanged, statistics of other axes.
test.each([1e-3, 0.1])('normalization with statistics, epsilon %d', async (epsilon) => {
  await checkOp({
    op: (x, mean, variance, offset, scale) =>
      tf.batchNorm2d(x as tf.Tensor2D, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, epsilon), // prettier-ignore
    oracle: (x, mean, variance, offset, scale) =>
      x.map(
        (value, i) => offset[i % 3] + ((value - mean[i % 3]) * scale[i % 3]) / Math.sqrt(variance[i % 3] + epsilon),
      ),
    inputs: [
      numbers([4, 3], 'x'),
      numbers([3], 'mean'),
      numbers([3], 'variance', 0.5, 1),
      numbers([3], 'offset'),
      numbers([3], 'scale'),
    ],
    roundings: 64,
  });
});

const moved: readonly (readonly [string, CheckedOp])[] = [
  [
    'spaceToBatchND',
    {
      op: (x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [1, 1]]), // prettier-ignore
      oracle: (x) =>
        Float64Array.from(positions([8, 2, 3, 1]), ([block, h, w, c]) => {
          const [row, column] = [2 * h + (block >> 2), 2 * w + ((block >> 1) & 1) - 1];
          return column < 0 || column > 3 ? 0 : x[flat([block & 1, row, column, c], [2, 4, 4, 1])];
        }),
      inputs: [numbers([2, 4, 4, 1], 'space')],
      roundings: 2,
    },
  ],
  [
    'batchToSpaceND',
    {
      op: (x) => tf.batchToSpaceND(x, [2, 2], [[0, 0], [1, 0]]), // prettier-ignore
      oracle: (x) =>
        picked(x, [8, 2, 2, 1], [2, 4, 3, 1], ([b, h, w, c]) => [4 * (h % 2) + 2 * ((w + 1) % 2) + b, h >> 1, (w + 1) >> 1, c]), // prettier-ignore
      inputs: [numbers([8, 2, 2, 1], 'batch')],
      roundings: 2,
    },
  ],
  [
    'atan2',
    {
      op: (y, x) => tf.atan2(y, x),
      oracle: (y, x) => y.map((value, i) => Math.atan2(value, x[i])),
      inputs: [numbers([40], 'y'), numbers([40], 'x')],
      roundings: 32,
    },
  ],
];

// Planted bugs: rows and columns of a block exchanged, crops at the other end, a quadrant of the angle.
test.each(moved)('%s follows the oracle with its gradient', async (_, checked) => {
  await checkOp(checked);
});

test('atan2 on the axes, as Math.atan2 but for the sign of zeros', async () => {
  const y = [0, 0, 1, -1, 0, 2, -2];
  const x = [1, -1, 0, 0, 0, Infinity, -Infinity];
  const { angle } = await compiled((inputs) => ({ angle: tf.atan2(inputs.y, inputs.x) }), { y: floats([7], y), x: floats([7], x) }); // prettier-ignore
  angle.data.forEach((value, i) => {
    expect(value).toBeCloseTo(Math.atan2(y[i], x[i]), 6);
  });
});

// Planted bugs: indices beyond the end that wrap around, weights counted as ones, a binary count above 1.
test('counts: how often numbers come, weighted, and where values belong', async () => {
  const x = ints([2, 4], [0, 3, 3, 5, 1, 1, 1, 4]);
  const weights = floats([2, 4], [1, 2, 3, 4, 0.5, 0.5, 0.5, 8]);
  const sorted = floats([2, 3], [-1, 0, 1, 0, 0, 2]);
  const values = floats([2, 3], [-2, 0, 5, 0, -1, 2]);
  const results = await compiled(
    (inputs) => ({
      counts: tf.denseBincount(inputs.x as tf.Tensor2D, tf.tensor1d([]) as never, 5),
      weighted: tf.denseBincount(inputs.x as tf.Tensor2D, inputs.weights as tf.Tensor2D, 5),
      binary: tf.denseBincount(inputs.x as tf.Tensor2D, inputs.weights as tf.Tensor2D, 5, true),
      left: tf.searchSorted(inputs.sorted, inputs.values, 'left'),
      right: tf.searchSorted(inputs.sorted, inputs.values, 'right'),
      hot: tf.oneHot(tf.sub(inputs.x, tf.scalar(1, 'int32')), 3),
    }),
    { x, weights, sorted, values },
  );
  expect(results.counts.data).toEqual([1, 0, 0, 2, 0, 0, 3, 0, 0, 1]);
  expect(results.weighted.data).toEqual([1, 0, 0, 5, 0, 0, 1.5, 0, 0, 8]);
  expect(results.binary.data).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  expect(results.left.data).toEqual([0, 1, 3, 0, 0, 2]);
  expect(results.right.data).toEqual([0, 2, 3, 2, 0, 3]);
  const row = (i: number): number[] => results.hot.data.slice(3 * i, 3 * i + 3);
  expect([0, 1, 3, 4].map(row)).toEqual([[0, 0, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]]); // prettier-ignore
});

interface OpenCase {
  readonly name: string;
  readonly op: (x: tf.Tensor, B: number) => tf.Tensor;
  readonly oracle: (x: Float64Array, B: number) => Float64Array;
}

const shape = (B: number): number[] => [B, 4, 3];
const open: readonly OpenCase[] = [
  {
    name: 'steps backwards over the batch',
    op: (x) => tf.stridedSlice(x, [0, 0, 0], [0, 4, 3], [-1, 2, 1], 1, 1),
    oracle: (x, B) => picked(x, shape(B), [B, 2, 3], ([b, t, d]) => [B - 1 - b, 2 * t, d]),
  },
  {
    name: 'the last rows',
    op: (x, B) => tf.stridedSlice(x, [B - 2, 0, 0], [B, 4, 3], [1, 1, 2]),
    oracle: (x, B) => picked(x, shape(B), [2, 4, 2], ([b, t, d]) => [B - 2 + b, t, 2 * d]),
  },
  {
    name: 'a sum of products over the batch',
    op: (x) => tf.einsum('btd,bsd->ts', x, x),
    oracle: (x, B) =>
      Float64Array.from(positions([4, 4]), ([t, s]) =>
        positions([B, 3]).reduce((sum, [b, d]) => sum + x[flat([b, t, d], shape(B))] * x[flat([b, s, d], shape(B))], 0),
      ),
  },
  {
    name: 'cumulative products',
    op: (x) => tf.cumprod(x, 1, true),
    oracle: (x, B) => Float64Array.from(positions(shape(B)), ([b, t, d]) => Array.from({ length: t }, (_, i) => x[flat([b, i, d], shape(B))]).reduce((p, v) => p * v, 1)), // prettier-ignore
  },
];

// Planted bugs: the number of rows of the recording frozen into an index, an axis or a shape.
test.each(open)('$name with a batch size that stays open', async ({ op, oracle }) => {
  const graph = recordForAnyBatch((B) => record(({ inputs }) => ({ y: op(inputs.x, B) }), { inputs: specs({ x: shape(B) }) })); // prettier-ignore
  for (const B of [2, 5, 20]) {
    const x = numbers(shape(B), `x${B}`);
    const { y } = await runGraph(graph, { x }, { target: 'portable' });
    const exact = oracle(Float64Array.from(x.values), B);
    expect(y.data).toHaveLength(exact.length);
    y.data.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(256 * 2 ** -24);
    });
  }
});
