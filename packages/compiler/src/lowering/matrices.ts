import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { LoweringTable } from './lowering';

function batchMatMul(b: OnnxBuilder, node: GraphNode, inputs: readonly string[]): string {
  const inner = b.value(node.inputs[0]).shape.at(node.attrs.transposeA === true ? -2 : -1);
  // ONNX Runtime leaves the results of empty sums unset.
  if (inner === 0) return b.emit('Expand', [b.scalar(0, 'float32'), b.shape(b.value(node.outputs[0]).shape)]);
  const flags = { transA: node.attrs.transposeA === true ? 1 : 0, transB: node.attrs.transposeB === true ? 1 : 0 };
  const ranks = node.inputs.map((id) => b.value(id).shape.length);
  if (ranks.every((rank) => rank === 2)) return b.emit('Gemm', inputs, flags);
  if (flags.transA + flags.transB === 0) return b.emit('MatMul', inputs);
  if (b.target === 'onnxruntime') return b.emit('FusedMatMul', inputs, flags, 'com.microsoft');
  const straight = inputs.map((input, i) => ((i === 0 ? flags.transA : flags.transB) === 1 ? transposed(b, input, ranks[i]) : input)); // prettier-ignore
  return b.emit('MatMul', straight);
}

/** Swaps the last two axes. */
function transposed(b: OnnxBuilder, input: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, i) => i);
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return b.emit('Transpose', [input], { perm });
}

/** Products of matrices. */
export const matrixLowerings: LoweringTable = {
  BatchMatMul: batchMatMul,
  /** `A B + C` of the pass `gemm`. */
  Gemm: (b, { attrs }, inputs) =>
    b.emit('Gemm', inputs, {
      transA: attrs.transposeA === true ? 1 : 0,
      transB: attrs.transposeB === true ? 1 : 0,
      ...(attrs.alpha === undefined ? {} : { alpha: { float: attrs.alpha as number } }),
    }),
};
