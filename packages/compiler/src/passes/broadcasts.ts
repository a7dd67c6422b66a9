import { sameShape } from '../graph/dims';
import type { Dim } from '../graph/dims';
import type { Graph, ValueId } from '../graph/graph';
import { rewrite, shaped, uniformNumber } from './rewrite';
import type { Rewriter } from './rewrite';

/** Operations that broadcast their two inputs as NumPy does. */
const broadcasting = new Set([
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'],
]);

/**
 * Lets operations broadcast instead of being given repeated copies: a constant that is one number becomes a scalar, a tile or
 * broadcast that only stretches axes of length 1 is left out where the other side has the full shape.
 */
export function broadcasts(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    if (!broadcasting.has(node.op)) return undefined;
    const spec = rewriter.value(node.outputs[0]);
    const [a, b] = node.inputs;
    const smallerA = smaller(a, b, spec.shape, rewriter);
    if (smallerA !== undefined) return [rewriter.emit(node.op, [smallerA, b], spec, node.attrs)];
    const smallerB = smaller(b, a, spec.shape, rewriter);
    return smallerB === undefined ? undefined : [rewriter.emit(node.op, [a, smallerB], spec, node.attrs)];
  });
}

/** Something smaller that broadcasts to the same as `id` beside `other`, if `other` alone gives the shape. */
function smaller(id: ValueId, other: ValueId, shape: readonly Dim[], rewriter: Rewriter): ValueId | undefined {
  if (!sameShape(rewriter.value(other).shape, shape)) return undefined;
  const { dtype, shape: own } = rewriter.value(id);
  const number = uniformNumber(rewriter.constant(id));
  if (number !== undefined) return own.length === 0 ? undefined : rewriter.addConstant(shaped(dtype, []), { kind: 'uniform', value: number }); // prettier-ignore
  const producer = rewriter.producer(id);
  if (producer === undefined || (producer.op !== 'Tile' && producer.op !== 'BroadcastTo')) return undefined;
  const from = rewriter.value(producer.inputs[0]).shape;
  const stretches = from.every((dim, i) => dim === 1 || sameShape([dim], [own[own.length - from.length + i]]));
  return stretches ? producer.inputs[0] : undefined;
}
