import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { LoweringTable } from './lowering';

/** Products over at least as many terms read a transposed operand from a copy that lies straight. */
const LONG_SUM = 1024;

function batchMatMul(b: OnnxBuilder, node: GraphNode, inputs: readonly string[]): string {
  const inner = b.value(node.inputs[0]).shape.at(node.attrs.transposeA === true ? -2 : -1);
  // ONNX Runtime leaves the results of empty sums unset.
  if (inner === 0) return b.emit('Expand', [b.scalar(0, 'float32'), b.shape(b.value(node.outputs[0]).shape)]);
  const flags = flagsOf(node);
  const ranks = node.inputs.map((id) => b.value(id).shape.length);
  if (ranks.every((rank) => rank === 2)) return gemm(b, node, inputs);
  if (flags.transA + flags.transB === 0) return b.emit('MatMul', inputs);
  if (b.target === 'onnxruntime') return b.emit('FusedMatMul', inputs, flags, 'com.microsoft');
  const straight = inputs.map((input, i) => ((i === 0 ? flags.transA : flags.transB) === 1 ? transposed(b, input, ranks[i]) : input)); // prettier-ignore
  return b.emit('MatMul', straight);
}

/**
 * `A B`, `A B + C`. ONNX Runtime packs a transposed `A` anew for each panel of `B`, column by column: for the gradients of kernels, `X^T dY` with sums over the
 * batch, a straight copy of `X` is faster.
 */
function gemm(b: OnnxBuilder, node: GraphNode, [left, right, ...bias]: readonly string[]): string {
  const flags = flagsOf(node);
  const [rows, columns] = b.value(node.inputs[0]).shape;
  const isLong = typeof rows === 'number' && typeof columns === 'number' && rows >= LONG_SUM;
  const copies = flags.transA === 1 && isLong && b.target === 'onnxruntime';
  const alpha = node.attrs.alpha === undefined ? {} : { alpha: { float: node.attrs.alpha as number } };
  const straight = copies ? straightCopy(b, left, rows, columns) : left;
  return b.emit('Gemm', [straight, right, ...bias], { ...flags, ...(copies && { transA: 0 }), ...alpha });
}

function flagsOf({ attrs }: GraphNode): { readonly transA: number; readonly transB: number } {
  return { transA: attrs.transposeA === true ? 1 : 0, transB: attrs.transposeB === true ? 1 : 0 };
}

/** `X^T` in its own memory. With two axes alone ONNX Runtime would merge the copy back into the product. */
function straightCopy(b: OnnxBuilder, input: string, rows: number, columns: number): string {
  const stacked = b.emit('Reshape', [input, b.int64s([1, rows, columns])]);
  const turned = b.emit('Transpose', [stacked], { perm: [0, 2, 1] });
  return b.emit('Reshape', [turned, b.int64s([columns, rows])]);
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
  Gemm: gemm,
};
