import { sameDim, sameShape } from '../graph/dims';
import type { Dim } from '../graph/dims';
import type { Graph, ValueId } from '../graph/graph';
import { rewrite } from './rewrite';
import type { Rewriter } from './rewrite';

/** A value with zeros before and after it along one axis. */
interface Padded {
  readonly source: ValueId;
  readonly axis: number;
  readonly length: Dim;
  readonly before: Dim;
  readonly after: Dim;
}

/**
 * The gradient of what was cut in two, as the gates of a recurrent layer are, is a sum of two padded tensors, each zero where the other is not: they are put side by side
 * instead. Equal but for the sign of zero, since -0 + 0 is 0.
 */
export function joinedPads(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    if (node.op !== 'Add') return undefined;
    const spec = rewriter.value(node.outputs[0]);
    const [a, b] = node.inputs.map((id) => padded(id, rewriter));
    if (a === undefined || b?.axis !== a.axis) return undefined;
    if (!node.inputs.every((id) => sameShape(rewriter.value(id).shape, spec.shape))) return undefined;
    for (const [first, second] of [[a, b] as const, [b, a] as const]) {
      // Of one length, so that what is before the second is the length of the first.
      if (first.before !== 0 || second.after !== 0 || !sameDim(first.after, second.length)) continue;
      return [rewriter.emit('Concat', [first.source, second.source], spec, { axis: a.axis })];
    }
    return undefined;
  });
}

function padded(id: ValueId, rewriter: Rewriter): Padded | undefined {
  const producer = rewriter.producer(id);
  if (producer?.op !== 'PadV2' || producer.attrs.constantValue !== 0) return undefined;
  const paddings = producer.attrs.paddings as readonly (readonly [Dim, Dim])[];
  const axes = paddings.flatMap(([before, after], axis) => (before === 0 && after === 0 ? [] : [axis]));
  if (axes.length !== 1) return undefined;
  const [axis] = axes;
  const [source] = producer.inputs;
  const [before, after] = paddings[axis];
  return { source, axis, length: rewriter.value(source).shape[axis], before, after };
}
