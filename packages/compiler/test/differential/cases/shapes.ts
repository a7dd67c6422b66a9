import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { DType } from '../../../src/index';
import type { Exact, Filled } from '../../exact';
import { broadcastShape, sizeOf } from '../../exact';
import * as oracle from '../../oracles/shapes';
import { anything, axes, dims, filled, positive, shapes } from '../draws';
import { kernelCase } from '../kernel-case';
import type { KernelCase, KernelCases } from '../kernel-case';

const dtypes = fc.constantFrom<DType>('float32', 'int32', 'bool');

/** A tensor of any type, and attributes for its shape. */
function moving<A>(
  shape: fc.Arbitrary<number[]>,
  attrs: (shape: readonly number[]) => fc.Arbitrary<A>,
  run: (x: Tensor, attrs: A) => Tensor | Tensor[],
  expected: (x: Filled, attrs: A) => Exact | Exact[],
  dtype: fc.Arbitrary<DType> = fc.constantFrom('float32', 'int32', 'bool'),
): KernelCase<never> {
  return kernelCase<A>({
    draw: fc
      .tuple(shape, dtype)
      .chain(([lengths, type]) => fc.tuple(filled(lengths, type, anything), attrs(lengths)))
      .map(([x, drawn]) => ({ inputs: [x], attrs: drawn })),
    run: ([x], drawn) => run(x, drawn),
    oracle: ([x], drawn) => expected(x, drawn),
  });
}

/** Several tensors of one type whose lengths may differ along one axis. */
function parts(same: boolean): fc.Arbitrary<{ inputs: Filled[]; attrs: number }> {
  return fc
    .tuple(shapes(same ? 0 : 1, 3), dtypes, fc.array(dims, { minLength: 1, maxLength: 4 }))
    .chain(([shape, dtype, lengths]) => {
      const rank = shape.length + (same ? 1 : 0);
      return axes(rank).chain((axis) => {
        const at = (axis + rank) % rank;
        const inputs = lengths.map((length) => filled(same ? shape : shape.map((dim, i) => (i === at ? length : dim)), dtype, anything)); // prettier-ignore
        return fc.tuple(fc.tuple(...inputs), fc.constant(axis));
      });
    })
    .map(([inputs, attrs]) => ({ inputs, attrs }));
}

/** Other shapes with as many elements. */
function reshapings(shape: readonly number[]): fc.Arbitrary<number[]> {
  const size = sizeOf(shape);
  const flat = [[size], [1, size], [size, 1, 1], [...shape].reverse(), [...shape, 1]];
  return fc.constantFrom(...flat, ...(size % 2 === 0 ? [[2, size / 2]] : []), ...(size === 1 ? [[]] : []));
}

const lengthsOf = (shape: readonly number[], max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 0, max }), { minLength: shape.length, maxLength: shape.length });

const pads = (most: readonly number[]): fc.Arbitrary<[number, number][]> =>
  fc.tuple(...most.map((max) => fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max }))));

/** Begin, end and stride: forwards up to the end, or backwards down to the first. */
function strides(dim: number): fc.Arbitrary<readonly [number, number, number]> {
  const forwards = fc.integer({ min: 0, max: dim - 1 }).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: begin + 1, max: dim }), fc.integer({ min: 1, max: 3 }))); // prettier-ignore
  const backwards = fc.tuple(fc.integer({ min: 0, max: dim - 1 }), fc.constant(-1), fc.integer({ min: -3, max: -1 }));
  return fc.oneof(forwards, backwards);
}

const normal = (axis: number, rank: number): number => (axis + rank) % rank;

/** Kernels that move, cut and repeat elements. */
export const shapeCases: KernelCases = {
  Reshape: moving(shapes(), reshapings, (x, shape) => tf.reshape(x, shape), oracle.reshaped),
  ExpandDims: moving(
    shapes(0, 3),
    (shape) => axes(shape.length + 1),
    (x, axis) => tf.expandDims(x, axis),
    (x, axis) => {
      const at = normal(axis, x.shape.length + 1);
      return oracle.reshaped(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
    },
  ),
  Transpose: moving(
    shapes(2, 4),
    (shape) => fc.shuffledSubarray(shape.map((_, axis) => axis), { minLength: shape.length }), // prettier-ignore
    (x, perm) => tf.transpose(x, perm),
    oracle.transposed,
  ),
  Tile: moving(shapes(1, 3), (shape) => lengthsOf(shape, 3), (x, reps) => tf.tile(x, reps), oracle.tiled), // prettier-ignore
  BroadcastTo: moving(
    shapes(0, 3, positive).map((shape) => shape.map((dim, i) => (i % 2 === 0 ? 1 : dim))),
    (shape) => shapes(shape.length, 4, positive).map((to) => broadcastShape(to.map((dim, i) => (shape[i - to.length + shape.length] ?? 1) === 1 ? dim : 1), shape)), // prettier-ignore
    (x, shape) => tf.mul(x, tf.ones(shape)), // what the pass `algebra` makes a broadcast of; tf.broadcastTo calls Tile
    oracle.broadcastTo,
    fc.constant('float32'),
  ),
  Concat: kernelCase<number>({
    draw: parts(false),
    run: (inputs, axis) => tf.concat([...inputs], axis),
    oracle: (inputs, axis) => oracle.concatenated(inputs, normal(axis, inputs[0].shape.length)),
  }),
  Pack: kernelCase<number>({
    draw: parts(true),
    run: (inputs, axis) => tf.stack([...inputs], axis),
    oracle: (inputs, axis) => oracle.stacked(inputs, normal(axis, inputs[0].shape.length + 1)),
  }),
  Unpack: moving(
    shapes(1, 4, positive),
    (shape) => axes(shape.length),
    (x, axis) => tf.unstack(x, axis),
    (x, axis) => oracle.unstacked(x, normal(axis, x.shape.length)),
  ),
  SplitV: moving(
    shapes(1, 4),
    (shape) =>
      axes(shape.length).chain((axis) => {
        const n = shape[normal(axis, shape.length)];
        return fc.integer({ min: 0, max: n }).map((first) => ({ axis, sizes: [first, n - first] }));
      }),
    (x, { axis, sizes }) => tf.split(x, sizes, axis),
    (x, { axis, sizes }) => oracle.split(x, sizes, normal(axis, x.shape.length)),
  ),
  Slice: moving(
    shapes(1, 4),
    (shape) => fc.tuple(...shape.map((dim) => fc.integer({ min: 0, max: dim }).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: 0, max: dim - begin }))))), // prettier-ignore
    (x, cut) =>
      tf.slice(
        x,
        cut.map(([begin]) => begin),
        cut.map(([, size]) => size),
      ),
    (x, cut) =>
      oracle.sliced(
        x,
        cut.map(([begin]) => begin),
        cut.map(([, size]) => size),
      ),
  ),
  StridedSlice: moving(
    shapes(1, 4, positive),
    (shape) => fc.tuple(...shape.map(strides)),
    (x, ranges) =>
      tf.stridedSlice(
        x,
        ranges.map(([begin]) => begin),
        ranges.map(([, end]) => end),
        ranges.map(([, , stride]) => stride),
        0,
        ranges.reduce((mask, [, end], axis) => (end < 0 ? mask | (1 << axis) : mask), 0), // down to the first: no end
      ),
    (x, ranges) => oracle.strided(x, ranges),
  ),
  Reverse: moving(
    shapes(1, 4),
    (shape) => fc.oneof(axes(shape.length), fc.uniqueArray(axes(shape.length), { selector: (axis) => normal(axis, shape.length) })), // prettier-ignore
    (x, reversed) => tf.reverse(x, reversed),
    (x, reversed) => oracle.reversed(x, [reversed].flat().map((axis) => normal(axis, x.shape.length))), // prettier-ignore
  ),
  PadV2: moving(
    shapes(1, 4),
    (shape) => fc.tuple(pads(shape.map(() => 2)), fc.constantFrom(0, 1)),
    (x, [paddings, value]) => tf.pad(x, paddings, value),
    (x, [paddings, value]) => oracle.padded(x, paddings, value),
  ),
  MirrorPad: moving(
    shapes(1, 4, positive),
    (shape) =>
      fc.constantFrom('reflect' as const, 'symmetric' as const).chain((mode) => fc.tuple(pads(shape.map((dim) => (mode === 'reflect' ? dim - 1 : dim))), fc.constant(mode))), // prettier-ignore
    (x, [paddings, mode]) => tf.mirrorPad(x, paddings, mode),
    (x, [paddings, mode]) => oracle.padded(x, paddings, mode),
  ),
};
