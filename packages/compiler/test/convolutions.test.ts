import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { randomKey, foldIn, uniformAt } from '@ctrflow/core';
import { beforeAll, expect, test } from 'vitest';
import { repairGradients } from '../src/index';
import { checkOp } from './checked-op';
import { compiled, floats } from './compiled';
import { exactConvolution, exactPooled, forEachTap, outLengths } from './convolution-oracles';
import type { OracleWindows } from './convolution-oracles';

/** Numbers in [-1, 1), all different, so that the largest of a window is one element. */
function numbers(size: number, seed: string): Float32Array {
  const key = foldIn(randomKey(3), seed);
  return Float32Array.from({ length: size }, (_, i) => 2 * uniformAt(key, i) - 1);
}

const product = (shape: readonly number[]): number => shape.reduce((size, dim) => size * dim, 1);

const axis = fc.record({
  length: fc.integer({ min: 1, max: 6 }),
  kernel: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
});

/** Windows that fit. tfjs allows gaps (dilations) only with strides of 1, and mislays windows of volumes that strides jump over. */
function windowsOf(rank: number, dilated: boolean): fc.Arbitrary<OracleWindows> {
  return fc
    .tuple(
      fc.array(axis, { minLength: rank, maxLength: rank }),
      fc.constantFrom('same' as const, 'valid' as const),
      fc.integer({ min: 1, max: dilated ? 2 : 1 }),
    ) // prettier-ignore
    .map(([axes, pad, dilation]) => ({
      lengths: axes.map(({ length }) => length),
      kernel: axes.map(({ kernel }) => kernel),
      strides: axes.map(({ stride, kernel }) => (dilation > 1 ? 1 : rank === 3 ? Math.min(stride, kernel) : stride)),
      dilations: axes.map(() => dilation),
      pad,
    }))
    .filter((windows) => outLengths(windows).every((length) => length > 0));
}

const sizes = fc.record({ B: fc.integer({ min: 1, max: 3 }), C: fc.integer({ min: 1, max: 3 }), N: fc.integer({ min: 1, max: 3 }) }); // prettier-ignore

beforeAll(repairGradients);

const runs = { seed: 1, numRuns: 25 };

interface Case {
  readonly name: string;
  readonly rank: number;
  readonly dilated: boolean;
  readonly depthwise: boolean;
  readonly op: (x: tf.Tensor, filter: tf.Tensor, windows: OracleWindows) => tf.Tensor;
}

const cases: readonly Case[] = [
  {
    name: 'conv1d',
    rank: 1,
    dilated: true,
    depthwise: false,
    op: (x, f, w) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, w.strides[0], w.pad, 'NWC', w.dilations[0]), // prettier-ignore
  },
  {
    name: 'conv2d',
    rank: 2,
    dilated: true,
    depthwise: false,
    op: (x, f, w) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, w.strides as [number, number], w.pad, 'NHWC', w.dilations as [number, number]), // prettier-ignore
  },
  {
    name: 'depthwiseConv2d',
    rank: 2,
    dilated: true,
    depthwise: true,
    op: (x, f, w) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, w.strides as [number, number], w.pad, 'NHWC', w.dilations as [number, number]), // prettier-ignore
  },
  {
    name: 'conv3d',
    rank: 3,
    dilated: false,
    depthwise: false,
    op: (x, f, w) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, w.strides as [number, number, number], w.pad as 'same'), // prettier-ignore
  },
];

// Planted bugs that this catches: paddings swapped front to back, a filter not turned to ONNX's order, output_padding left out (a strided input that is
// not covered to its end), the taps of the filter's gradient in another order, strides and dilations exchanged, gradients of windows with gaps.
test.each(cases)('$name and both gradients follow the oracle', async ({ rank, dilated, depthwise, op }) => {
  await fc.assert(
    fc.asyncProperty(windowsOf(rank, dilated), sizes, async (windows, { B, C, N }) => {
      const x = [B, ...windows.lengths, C];
      const filter = [...windows.kernel, C, N];
      await checkOp({
        op: (a, b) => op(a, b, windows),
        oracle: (a, b) => exactConvolution(a, b, windows, { B, C, N, depthwise }),
        inputs: [floats(x, numbers(product(x), 'x')), floats(filter, numbers(product(filter), 'filter'))],
        roundings: product(windows.kernel) * C + 4,
      });
    }),
    runs,
  );
});

/** `x[b, o s + k d - p, c] += sum_n y[b, o, n] f[k, c, n]`: what a place of the result saw, back to where it was. */
function exactTransposed(
  y: Float64Array,
  filter: Float64Array,
  windows: OracleWindows,
  C: number,
  N: number,
): Float64Array {
  // prettier-ignore
  const [places, sources] = [product(outLengths(windows)), product(windows.lengths)];
  const B = y.length / (places * N);
  const x = new Float64Array(B * sources * C);
  forEachTap(windows, (place, tap, source) => {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        for (let n = 0; n < N; n++) x[(b * sources + source) * C + c] += y[(b * places + place) * N + n] * filter[(tap * C + c) * N + n]; // prettier-ignore
      }
    }
  });
  return x;
}

// Planted bugs: the two sides of the filter exchanged; no gradient at all (tfjs, for volumes).
test.each([2, 3])('a transposed convolution over %i axes and both gradients follow the oracle', async (rank) => {
  const transpose = (x: tf.Tensor, f: tf.Tensor, shape: number[], { strides, pad }: OracleWindows): tf.Tensor =>
    rank === 2
      ? tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, shape as never, strides as never, pad)
      : tf.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, shape as never, strides as never, pad as 'same');
  await fc.assert(
    fc.asyncProperty(windowsOf(rank, false), sizes, async (windows, { B, C, N }) => {
      const small = [B, ...outLengths(windows), N];
      const filter = [...windows.kernel, C, N];
      await checkOp({
        op: (y, f) => transpose(y, f, [B, ...windows.lengths, C], windows),
        oracle: (y, f) => exactTransposed(y, f, windows, C, N),
        inputs: [floats(small, numbers(product(small), 'y')), floats(filter, numbers(product(filter), 'filter'))],
        roundings: product(windows.kernel) * N + 4,
      });
    }),
    runs,
  );
});

type Pool = (x: tf.Tensor, windows: OracleWindows) => tf.Tensor;

const pools: readonly {
  readonly name: string;
  readonly rank: number;
  readonly kind: 'max' | 'avg';
  readonly op: Pool;
}[] = [
  // prettier-ignore
  { name: 'maxPool', rank: 2, kind: 'max', op: (x, w) => tf.maxPool(x as tf.Tensor4D, w.kernel as [number, number], w.strides as [number, number], w.pad) }, // prettier-ignore
  { name: 'avgPool', rank: 2, kind: 'avg', op: (x, w) => tf.avgPool(x as tf.Tensor4D, w.kernel as [number, number], w.strides as [number, number], w.pad) }, // prettier-ignore
  { name: 'maxPool3d', rank: 3, kind: 'max', op: (x, w) => tf.maxPool3d(x as tf.Tensor5D, w.kernel as [number, number, number], w.strides as [number, number, number], w.pad) }, // prettier-ignore
  { name: 'avgPool3d', rank: 3, kind: 'avg', op: (x, w) => tf.avgPool3d(x as tf.Tensor5D, w.kernel as [number, number, number], w.strides as [number, number, number], w.pad) }, // prettier-ignore
];

// Planted bugs that this catches: averages that count the padding (and tfjs's own gradient, which divides by the whole window at the edges), a padding of 0
// instead of none under negative numbers, gradients that go to all elements of a window.
test.each(pools)('$name and its gradient follow the oracle', async ({ rank, kind, op }) => {
  await fc.assert(
    fc.asyncProperty(windowsOf(rank, false), sizes, async (windows, { B, C }) => {
      const shape = [B, ...windows.lengths, C];
      await checkOp({
        op: (x) => op(x, windows),
        oracle: (x) => exactPooled(x, windows, B, C, kind),
        inputs: [floats(shape, numbers(product(shape), 'pool'))],
        roundings: product(windows.kernel) + 4,
        // tfjs's backend in JavaScript misplaces the gradients of overlapping windows of volumes.
        ...(kind === 'max' && rank === 3 ? { compiledGradient: true } : {}),
      });
    }),
    runs,
  );
});

// Of equal elements tfjs takes the first; a gradient that counts every one of them is larger by their number.
test('the gradient of a pooling of equal elements goes to the first of each window', async () => {
  const body = (x: tf.Tensor): tf.Tensor => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
  const x = floats([1, 4, 4, 1], new Array<number>(16).fill(1));
  const { g } = await compiled((inputs) => ({ g: tf.grad(body)(inputs.x) }), { x });
  expect(g.data).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
});

// Planted bug: the channels of a first-channels image taken for its columns.
test('a convolution with channels first follows the oracle', async () => {
  const windows: OracleWindows = { lengths: [5, 4], kernel: [3, 2], strides: [2, 1], dilations: [1, 1], pad: 'same' };
  const [B, C, N] = [2, 3, 2];
  const first = (x: Float64Array, width: number, places: number): Float64Array =>
    x.map((_, i) => x[Math.floor(i / (width * places)) * width * places + (i % places) * width + (Math.floor(i / places) % width)]); // prettier-ignore
  const last = (x: Float64Array, width: number, places: number): Float64Array => first(x, places, width);
  await checkOp({
    op: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, [2, 1], 'same', 'NCHW'),
    oracle: (x, f) => first(exactConvolution(last(x, C, 20), f, windows, { B, C, N }), N, product(outLengths(windows))),
    inputs: [floats([B, C, 5, 4], numbers(B * C * 20, 'x')), floats([3, 2, C, N], numbers(6 * C * N, 'filter'))],
    roundings: 24,
  });
});
