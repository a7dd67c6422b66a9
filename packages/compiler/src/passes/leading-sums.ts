import { isStatic } from '../graph/dims';
import type { Graph } from '../graph/graph';
import { axesOf } from '../lowering/reductions';
import { rewrite, shaped } from './rewrite';

/** Below this many rows a plain reduction is as fast. */
const FEWEST_ROWS = 64;

/**
 * Sums and means over leading axes as a product with a row of ones: `sum_i x_ij = (1 X)_j`. ONNX Runtime sums leading axes with one thread, and
 * multiplies matrices with all of them. Every bias gradient and every moment of a batch is such a sum.
 */
export function leadingSums(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    if (node.op !== 'Sum' && node.op !== 'Mean') return undefined;
    const { shape, dtype } = rewriter.value(node.inputs[0]);
    const axes = axesOf(node, shape.length);
    if (dtype !== 'float32' || !isStatic(shape) || axes.length === shape.length) return undefined;
    if (axes.length === 0 || !axes.every((axis, i) => axis === i)) return undefined;
    const rows = shape.slice(0, axes.length).reduce((size, dim) => size * dim, 1);
    const columns = shape.slice(axes.length).reduce((size, dim) => size * dim, 1);
    if (rows < FEWEST_ROWS || columns < 2) return undefined;
    const flat = shape.length === 2 ? node.inputs[0] : rewriter.emit('Reshape', [node.inputs[0]], shaped(dtype, [rows, columns])); // prettier-ignore
    const ones = rewriter.addConstant(shaped(dtype, [1, rows]), { kind: 'uniform', value: 1 });
    const attrs = node.op === 'Mean' ? { alpha: 1 / rows } : {};
    const product = rewriter.emit('Gemm', [ones, flat], shaped(dtype, [1, columns]), attrs);
    return [rewriter.emit('Reshape', [product], rewriter.value(node.outputs[0]))];
  });
}
