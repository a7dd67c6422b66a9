import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { DType } from '../../../src/index';
import { sizeOf } from '../../exact';
import type { Filled } from '../../exact';
import * as oracle from '../../oracles/indexing';
import { anything, axes, dims, filled, finite, positive, shapes } from '../draws';
import { kernelCase } from '../kernel-case';
import type { KernelCases } from '../kernel-case';

const dtypes = fc.constantFrom<DType>('float32', 'int32', 'bool');
const numbers = fc.constantFrom<DType>('float32', 'int32');

/** Index tuples `[...outer, depth]` into the first axes of a shape. */
function tuples(outer: readonly number[], shape: readonly number[], depth: number): fc.Arbitrary<Filled> {
  const tuple = fc.tuple(...shape.slice(0, depth).map((dim) => fc.integer({ min: 0, max: dim - 1 })));
  const size = sizeOf(outer);
  return fc
    .array(tuple, { minLength: size, maxLength: size })
    .map((rows) => ({ shape: [...outer, depth], dtype: 'int32', data: rows.flat() }));
}

const indices = (shape: readonly number[], numRows: number): fc.Arbitrary<Filled> =>
  filled(shape, 'int32', { min: 0, max: numRows - 1 });

/** A shape, how many of its axes are indexed, and the shape of the indices. */
const indexed = fc
  .tuple(shapes(1, 3, positive), shapes(1, 2))
  .chain(([shape, outer]) => fc.tuple(fc.constant(shape), fc.constant(outer), fc.integer({ min: 1, max: shape.length }))); // prettier-ignore

/** Kernels that look up and write by index. Indices outside are left to the engine, but for `OneHot`. */
export const indexCases: KernelCases = {
  GatherV2: kernelCase<number>({
    draw: fc
      .tuple(shapes(1, 3, positive), shapes(0, 2), dtypes)
      .chain(([shape, outer, dtype]) =>
        axes(shape.length).chain((axis) =>
          fc.tuple(filled(shape, dtype, anything), indices(outer, shape.at(axis)!), fc.constant(axis)),
        ),
      ) // prettier-ignore
      .map(([x, ids, axis]) => ({ inputs: [x, ids], attrs: axis })),
    run: ([x, ids], axis) => tf.gather(x, ids, axis),
    oracle: ([x, ids], axis) => oracle.gather(x, ids, axis < 0 ? axis + x.shape.length : axis, 0),
  }),
  'GatherV2#batched': kernelCase<null>({
    draw: fc
      .tuple(positive, positive, shapes(0, 2, positive), positive, dtypes)
      .chain(([B, V, rest, N, dtype]) => fc.tuple(filled([B, V, ...rest], dtype, anything), indices([B, N], V)))
      .map((inputs) => ({ inputs, attrs: null })),
    run: ([x, ids]) => tf.gather(x, ids, 1, 1),
    oracle: ([x, ids]) => oracle.gather(x, ids, 1, 1),
  }),
  'GatherV2#batched, a later axis': kernelCase<null>({
    draw: fc
      .tuple(positive, positive, positive, shapes(0, 1, positive), shapes(1, 2, positive))
      .chain(([B, between, V, rest, rows]) =>
        fc.tuple(filled([B, between, V, ...rest], 'float32', anything), indices([B, ...rows], V)),
      ) // prettier-ignore
      .map((inputs) => ({ inputs, attrs: null })),
    run: ([x, ids]) => tf.gather(x, ids, 2, 1),
    oracle: ([x, ids]) => oracle.gather(x, ids, 2, 1),
  }),
  GatherNd: kernelCase<null>({
    draw: indexed
      .chain(([shape, outer, depth]) =>
        dtypes.chain((dtype) => fc.tuple(filled(shape, dtype, anything), tuples(outer, shape, depth))),
      ) // prettier-ignore
      .map((inputs) => ({ inputs, attrs: null })),
    run: ([x, ids]) => tf.gatherND(x, ids),
    oracle: ([x, ids]) => oracle.gatherNd(x, ids),
  }),
  ScatterNd: kernelCase<number[]>({
    draw: indexed
      .chain(([shape, outer, depth]) =>
        numbers.chain((dtype) =>
          fc.tuple(
            tuples(outer, shape, depth),
            filled([...outer, ...shape.slice(depth)], dtype, finite),
            fc.constant(shape),
          ),
        ),
      ) // prettier-ignore
      .map(([ids, updates, attrs]) => ({ inputs: [ids, updates], attrs })),
    run: ([ids, updates], shape) => tf.scatterND(ids, updates, shape),
    oracle: ([ids, updates], shape) => oracle.scatterNd(ids, updates, shape),
  }),
  TensorScatterUpdate: kernelCase<null>({
    draw: fc
      .tuple(positive, shapes(0, 2), dtypes)
      .chain(([V, rest, dtype]) =>
        fc.uniqueArray(fc.integer({ min: 0, max: V - 1 }), { minLength: 1 }).chain((rows) =>
          fc.tuple(
            // prettier-ignore
            filled([V, ...rest], dtype, anything),
            fc.constant<Filled>({ shape: [rows.length, 1], dtype: 'int32', data: rows }),
            filled([rows.length, ...rest], dtype, anything),
          ),
        ),
      )
      .map((inputs) => ({ inputs, attrs: null })),
    run: ([x, ids, updates]) => tf.tensorScatterUpdate(x, ids, updates),
    oracle: ([x, ids, updates]) => oracle.scatterUpdate(x, ids, updates),
  }),
  UnsortedSegmentSum: kernelCase<number>({
    draw: fc
      .tuple(dims, shapes(0, 2), positive)
      .chain(([N, rest, numSegments]) =>
        fc.tuple(filled([N, ...rest], 'float32', finite), indices([N], numSegments), fc.constant(numSegments)),
      ) // prettier-ignore
      .map(([x, ids, attrs]) => ({ inputs: [x, ids], attrs })),
    run: ([x, ids], numSegments) => tf.unsortedSegmentSum(x, ids as Tensor1D, numSegments),
    oracle: ([x, ids], numSegments) => oracle.segmentSums(x, ids, numSegments),
  }),
  OneHot: kernelCase<readonly [number, number, number, 'float32' | 'int32' | 'bool']>({
    draw: fc
      .tuple(
        shapes(0, 3),
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom([1, 0], [0, 1]),
        fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
      ) // prettier-ignore
      .chain(([shape, depth, [on, off], dtype]) =>
        fc.tuple(filled(shape, 'int32', { min: -2, max: depth + 1 }), fc.constant([depth, on, off, dtype] as const)),
      ) // prettier-ignore
      .map(([ids, attrs]) => ({ inputs: [ids], attrs })),
    run: ([ids], attrs) => tf.oneHot(ids, ...attrs),
    oracle: ([ids], attrs) => oracle.oneHot(ids, ...attrs),
  }),
};
