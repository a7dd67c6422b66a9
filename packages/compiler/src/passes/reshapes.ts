import { sameShape } from '../graph/dims';
import type { Graph, GraphNode, ValueId } from '../graph/graph';
import { rewrite } from './rewrite';
import type { Rewriter } from './rewrite';

const keepsOrder = new Set(['Reshape', 'ExpandDims', 'Identity']);

/**
 * Drops what moves nothing: identities, casts to the same type, reshapes to the same shape, transposes that undo each other; joins reshapes of
 * reshapes and transposes of transposes; hands a transpose of the last two axes to the product that uses it.
 */
export function reshapes(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    switch (node.op) {
      case 'Identity':
        return [node.inputs[0]];
      case 'Cast':
        return rewriter.value(node.inputs[0]).dtype === rewriter.value(node.outputs[0]).dtype ? [node.inputs[0]] : undefined; // prettier-ignore
      case 'Reshape':
      case 'ExpandDims':
        return reshape(node, rewriter);
      case 'Transpose':
        return transpose(node, rewriter);
      case 'BatchMatMul':
        return product(node, rewriter);
      default:
        return undefined;
    }
  });
}

function reshape(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const spec = rewriter.value(node.outputs[0]);
  let [source] = node.inputs;
  for (let producer = rewriter.producer(source); producer !== undefined && keepsOrder.has(producer.op); producer = rewriter.producer(source)) [source] = producer.inputs; // prettier-ignore
  if (sameShape(rewriter.value(source).shape, spec.shape)) return [source];
  if (source === node.inputs[0]) return undefined;
  return [rewriter.emit('Reshape', [source], spec)];
}

function transpose(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const perm = node.attrs.perm as readonly number[];
  const inner = rewriter.producer(node.inputs[0]);
  if (perm.every((axis, i) => axis === i)) return [node.inputs[0]];
  if (inner?.op !== 'Transpose') return undefined;
  const joined = perm.map((axis) => (inner.attrs.perm as readonly number[])[axis]);
  if (joined.every((axis, i) => axis === i)) return [inner.inputs[0]];
  return [rewriter.emit('Transpose', [inner.inputs[0]], rewriter.value(node.outputs[0]), { perm: joined })];
}

function product(node: GraphNode, rewriter: Rewriter): readonly ValueId[] | undefined {
  const sides = node.inputs.map((id, side) => {
    const producer = rewriter.producer(id);
    const flag = node.attrs[side === 0 ? 'transposeA' : 'transposeB'] === true;
    const swaps = producer?.op === 'Transpose' && swapsLastTwo(producer.attrs.perm as readonly number[]);
    return swaps ? { id: producer.inputs[0], flag: !flag } : { id, flag };
  });
  if (sides.every(({ id }, i) => id === node.inputs[i])) return undefined;
  const [a, b] = sides;
  const attrs = { transposeA: a.flag, transposeB: b.flag };
  return [rewriter.emit('BatchMatMul', [a.id, b.id], rewriter.value(node.outputs[0]), attrs)];
}

function swapsLastTwo(perm: readonly number[]): boolean {
  const rank = perm.length;
  return perm.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}
