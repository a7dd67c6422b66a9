import { sameShape } from '../graph/dims';
import type { Graph, GraphNode, ValueId } from '../graph/graph';
import { axesOf } from '../lowering/reductions';
import { rewrite, shaped, uniformNumber } from './rewrite';
import type { Rewriter } from './rewrite';

/**
 * Rules of arithmetic that hold in floating point too: `x 1 = x / 1 = x + 0 = x - 0 = x` (with the shape of the result), powers of 2 as squares,
 * sums over axes of length 1 as reshapes, one scale instead of two.
 */
export function algebra(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    switch (node.op) {
      case 'Multiply':
        return neutral(node, rewriter, 1, true) ?? scales(node, rewriter);
      case 'Add':
        return neutral(node, rewriter, 0, true);
      case 'RealDiv':
        return neutral(node, rewriter, 1, false) ?? quotient(node, rewriter);
      case 'Sub':
        return neutral(node, rewriter, 0, false);
      case 'Pow':
        return uniformNumber(rewriter.constant(node.inputs[1])) === 2
          ? [rewriter.emit('Square', [node.inputs[0]], rewriter.value(node.outputs[0]))]
          : undefined;
      case 'AddN':
        return node.inputs.length === 1 ? [node.inputs[0]] : undefined;
      case 'Sum':
      case 'Mean':
        return trivialSum(node, rewriter);
      default:
        return undefined;
    }
  });
}

/** The other side, broadcast to the result's shape, when one side is the neutral element. */
function neutral(
  node: GraphNode,
  rewriter: Rewriter,
  element: number,
  commutes: boolean,
): readonly ValueId[] | undefined {
  const [a, b] = node.inputs;
  const is = (id: ValueId): boolean => uniformNumber(rewriter.constant(id)) === element;
  const kept = is(b) ? a : commutes && is(a) ? b : undefined;
  if (kept === undefined) return undefined;
  const spec = rewriter.value(node.outputs[0]);
  if (rewriter.value(kept).dtype !== spec.dtype) return undefined;
  if (sameShape(rewriter.value(kept).shape, spec.shape)) return [kept];
  return [rewriter.emit('BroadcastTo', [kept], spec)];
}

/** `x / c` for a power of two: the exact product. */
function quotient(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const divisor = uniformNumber(rewriter.constant(node.inputs[1]));
  const spec = rewriter.value(node.outputs[0]);
  if (divisor === undefined || spec.dtype !== 'float32' || !Number.isInteger(Math.log2(Math.abs(divisor))))
    return undefined;
  const inverse = rewriter.addConstant(rewriter.value(node.inputs[1]), { kind: 'uniform', value: 1 / divisor });
  return [rewriter.emit('Multiply', [node.inputs[0], inverse], spec)];
}

/** `(x c) d = x (c d)`. */
function scales(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const outer = scaled(node, rewriter);
  const producer = outer === undefined ? undefined : rewriter.producer(outer.id);
  if (outer === undefined || producer?.op !== 'Multiply' || rewriter.numUses(outer.id) > 1) return undefined;
  const inner = scaled(producer, rewriter);
  const spec = rewriter.value(node.outputs[0]);
  if (inner === undefined || spec.dtype !== 'float32' || !sameShape(rewriter.value(inner.id).shape, spec.shape))
    return undefined;
  const factor = rewriter.addConstant(shaped('float32', []), { kind: 'uniform', value: Math.fround(inner.by * outer.by) }); // prettier-ignore
  return [rewriter.emit('Multiply', [inner.id, factor], spec)];
}

function scaled(
  { inputs: [a, b] }: GraphNode,
  rewriter: Rewriter,
): { readonly id: ValueId; readonly by: number } | undefined {
  const byB = uniformNumber(rewriter.constant(b));
  if (byB !== undefined) return { id: a, by: byB };
  const byA = uniformNumber(rewriter.constant(a));
  return byA === undefined ? undefined : { id: b, by: byA };
}

function trivialSum(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const { shape, dtype } = rewriter.value(node.inputs[0]);
  const spec = rewriter.value(node.outputs[0]);
  if (dtype !== spec.dtype || !axesOf(node, shape.length).every((axis) => shape[axis] === 1)) return undefined;
  return [sameShape(shape, spec.shape) ? node.inputs[0] : rewriter.emit('Reshape', [node.inputs[0]], spec)];
}
