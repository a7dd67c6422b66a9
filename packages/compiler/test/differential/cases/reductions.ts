import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { DType } from '../../../src/index';
import type { Filled } from '../../exact';
import { cumulative, reduce, reductions, softmax, topK } from '../../oracles/reductions';
import { anything, axes, dims, filled, finite, ordered, positive, shapes } from '../draws';
import type { Domain } from '../draws';
import { kernelCase } from '../kernel-case';
import type { KernelCase, KernelCases } from '../kernel-case';

interface Reduction {
  readonly axis: number | readonly number[] | undefined;
  readonly keepDims: boolean;
}

/** The axes that the attribute means. */
function named(axis: Reduction['axis'], rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  return [axis].flat().map((i) => (i < 0 ? i + rank : i));
}

function someAxes(rank: number): fc.Arbitrary<Reduction['axis']> {
  if (rank === 0) return fc.constant(undefined);
  const list = fc.uniqueArray(axes(rank), { maxLength: rank, minLength: 1, selector: (i) => (i + rank) % rank });
  return fc.oneof(fc.constant(undefined), axes(rank), list);
}

/** Draws a tensor and axes to reduce; where nothing is no answer, only lengths that are not 0. */
function drawn(
  dtypes: readonly DType[],
  domain: Domain,
  length: fc.Arbitrary<number>,
): fc.Arbitrary<{ inputs: Filled[]; attrs: Reduction }> {
  // prettier-ignore
  return fc
    .tuple(shapes(0, 4, length), fc.constantFrom(...dtypes))
    .chain(([shape, dtype]) => fc.tuple(filled(shape, dtype, domain), someAxes(shape.length), fc.boolean()))
    .map(([x, axis, keepDims]) => ({ inputs: [x], attrs: { axis, keepDims } }));
}

type Reducer = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

function reduction(
  name: keyof typeof reductions,
  f: Reducer,
  draw: ReturnType<typeof drawn>,
  result: (dtype: DType) => DType = (dtype) => dtype,
): KernelCase<never> {
  return kernelCase<Reduction>({
    draw,
    run: ([x], { axis, keepDims }) => f(x, axis as number[], keepDims),
    oracle: ([x], { axis, keepDims }) => reduce(x, named(axis, x.shape.length), keepDims, reductions[name], result(x.dtype)), // prettier-ignore
  });
}

function indexOf(name: 'ArgMax' | 'ArgMin', f: (x: Tensor, axis: number) => Tensor): KernelCase<never> {
  return kernelCase<number>({
    draw: shapes(1, 4, positive)
      .chain((shape) => fc.tuple(filled(shape, 'float32', ordered), axes(shape.length)))
      .map(([x, axis]) => ({ inputs: [x], attrs: axis })),
    run: ([x], axis) => f(x, axis),
    oracle: ([x], axis) => reduce(x, named(axis, x.shape.length), false, reductions[name], 'int32'),
  });
}

const counted = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

function softmaxCase(f: (x: Tensor) => Tensor, logarithm: boolean): KernelCase<never> {
  return kernelCase<null>({
    draw: shapes(1, 4, positive)
      .chain((shape) => filled(shape, 'float32', { min: -30, max: 30, special: [0, 1, 1, 80, -80] }))
      .map((x) => ({ inputs: [x], attrs: null })),
    run: ([x]) => f(x),
    oracle: ([x]) => softmax(x, logarithm),
  });
}

type Accumulation = readonly [axis: number, exclusive: boolean, reverse: boolean];

function accumulation(
  name: 'Sum' | 'Prod',
  f: (x: Tensor, ...attrs: Accumulation) => Tensor,
  dtypes: readonly DType[],
  domain: Domain,
): KernelCase<never> {
  return kernelCase<Accumulation>({
    draw: fc
      .tuple(shapes(1, 4), fc.constantFrom(...dtypes))
      .chain(([shape, dtype]) => fc.tuple(filled(shape, dtype, domain), axes(shape.length), fc.boolean(), fc.boolean()))
      .map(([x, ...attrs]) => ({ inputs: [x], attrs })),
    run: ([x], attrs) => f(x, ...attrs),
    eagerDiffers: 'it takes no negative axis',
    oracle: ([x], [axis, exclusive, reverse]) =>
      cumulative(x, named(axis, x.shape.length)[0], exclusive, reverse, reductions[name]),
  });
}

/** Kernels that reduce or accumulate. */
export const reductionCases: KernelCases = {
  Sum: reduction('Sum', tf.sum, drawn(['float32', 'int32', 'bool'], anything, dims), counted),
  Mean: reduction('Mean', tf.mean, drawn(['float32', 'int32', 'bool'], anything, positive), () => 'float32'),
  Prod: reduction('Prod', tf.prod, drawn(['float32', 'int32'], { min: -2, max: 2 }, dims), counted),
  Max: reduction('Max', tf.max, drawn(['float32', 'int32'], ordered, positive)),
  Min: reduction('Min', tf.min, drawn(['float32', 'int32'], ordered, positive)),
  All: reduction('All', tf.all, drawn(['bool'], {}, positive)),
  Any: reduction('Any', tf.any, drawn(['bool'], {}, positive)),
  ArgMax: indexOf('ArgMax', tf.argMax),
  ArgMin: indexOf('ArgMin', tf.argMin),
  Cumsum: accumulation('Sum', tf.cumsum, ['float32', 'int32'], finite),
  Cumprod: accumulation('Prod', tf.cumprod, ['float32'], { min: -2, max: 2, special: [0, 1] }),
  TopK: kernelCase<number>({
    draw: fc
      .tuple(shapes(0, 2, positive), positive, fc.constantFrom<DType>('float32', 'int32'))
      .chain(([outer, n, dtype]) => fc.tuple(filled([...outer, n], dtype, ordered), fc.integer({ min: 0, max: n })))
      .map(([x, k]) => ({ inputs: [x], attrs: k })),
    run: ([x], k) => Object.values(tf.topk(x, k)),
    oracle: ([x], k) => topK(x, k),
  }),
  Softmax: softmaxCase((x) => tf.softmax(x), false),
  LogSoftmax: {
    ...softmaxCase((x) => tf.engine().runKernel<Tensor>('LogSoftmax', { logits: x }), true),
    eagerDiffers: 'it has no such kernel',
  },
};
