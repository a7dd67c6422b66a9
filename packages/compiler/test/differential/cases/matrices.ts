import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { gemm, matMul } from '../../oracles/matrices';
import { dims, filled, finite, positive, shapes } from '../draws';
import type { Domain } from '../draws';
import { kernelCase } from '../kernel-case';
import type { KernelCase, KernelCases } from '../kernel-case';

type Transposed = readonly [boolean, boolean];

const turned = (rows: number, columns: number, transposed: boolean): number[] =>
  transposed ? [columns, rows] : [rows, columns];

/** A product of matrices whose batch axes are drawn by `batches`. */
function product(
  batches: fc.Arbitrary<readonly [number[], number[]]>,
  domain: Domain,
  inner: fc.Arbitrary<number> = dims,
): KernelCase<never> {
  return kernelCase<Transposed>({
    draw: fc
      .tuple(batches, dims, inner, dims, fc.tuple(fc.boolean(), fc.boolean()))
      .chain(([[batchA, batchB], m, k, n, [transposeA, transposeB]]) =>
        fc.tuple(
          filled([...batchA, ...turned(m, k, transposeA)], 'float32', domain),
          filled([...batchB, ...turned(k, n, transposeB)], 'float32', domain),
          fc.constant([transposeA, transposeB] as const),
        ),
      )
      .map(([a, b, attrs]) => ({ inputs: [a, b], attrs })),
    run: ([a, b], attrs) => tf.matMul(a, b, ...attrs),
    oracle: ([a, b], attrs) => matMul(a, b, ...attrs),
  });
}

const none = fc.constant([[], []] as const) as unknown as fc.Arbitrary<readonly [number[], number[]]>;
const equal = shapes(1, 2).map((batch) => [batch, batch] as const);
const broadcast = fc
  .tuple(shapes(1, 2), fc.boolean())
  .map(([batch, first]) => (first ? ([batch, batch.map(() => 1)] as const) : ([batch.map(() => 1), batch] as const)));

/** Products of matrices. */
export const matrixCases: KernelCases = {
  BatchMatMul: product(none, finite),
  'BatchMatMul#batched': product(equal, finite),
  'BatchMatMul#broadcast': product(broadcast, finite),
  'BatchMatMul#empty sums': product(broadcast, finite, fc.constant(0)),
  'BatchMatMul#not finite': product(none, { ...finite, special: [NaN, Infinity, -Infinity, 0, 1] }),
  'BatchMatMul#long sums': kernelCase<boolean>({
    draw: fc
      .tuple(fc.integer({ min: 1022, max: 1026 }), positive, positive, fc.boolean())
      .chain(([rows, m, n, transposeB]) =>
        fc.tuple(
          filled([rows, m], 'float32', finite),
          filled(turned(rows, n, transposeB), 'float32', finite),
          fc.constant(transposeB),
        ),
      ) // prettier-ignore
      .map(([a, b, attrs]) => ({ inputs: [a, b], attrs })),
    run: ([a, b], transposeB) => tf.matMul(a, b, true, transposeB),
    oracle: ([a, b], transposeB) => matMul(a, b, true, transposeB),
    runs: 3,
  }),
  Gemm: kernelCase<Transposed>({
    draw: fc
      .tuple(dims, dims, dims, fc.tuple(fc.boolean(), fc.boolean()), fc.boolean())
      .chain(([m, k, n, [transposeA, transposeB], matrix]) =>
        fc.tuple(
          filled(turned(m, k, transposeA), 'float32', finite),
          filled(turned(k, n, transposeB), 'float32', finite),
          filled(matrix ? [1, n] : [n], 'float32', finite),
          fc.constant([transposeA, transposeB] as const),
        ),
      )
      .map(([a, b, bias, attrs]) => ({ inputs: [a, b, bias], attrs })),
    run: ([a, b, bias], attrs) => tf.add(tf.matMul(a, b, ...attrs), bias),
    oracle: ([a, b, bias], attrs) => gemm(a, b, bias, ...attrs),
  }),
};
