import { sameShape } from '../graph/dims';
import type { Graph, GraphNode, ValueId } from '../graph/graph';
import { rewrite, shaped, uniformNumber } from './rewrite';
import type { Rewriter } from './rewrite';

/**
 * A product with a mask of 0 and 1 chooses: `x cast(mask) -> where(mask, x, 0)`, one pass over memory instead of two.
 * The gradient of ReLU is such a product with `step(x)`; where `relu(x)` is known the mask is `relu(x) > 0`, so that x itself need not be kept.
 * (An infinite or undefined x behind a mask of 0 becomes 0 instead of NaN.)
 */
export function masks(graph: Graph): Graph {
  const reluOf = new Map<ValueId, ValueId>();
  return rewrite(graph, (node, rewriter) => {
    if (node.op === 'Relu') reluOf.set(node.inputs[0], node.outputs[0]);
    if (node.op !== 'Multiply') return undefined;
    const spec = rewriter.value(node.outputs[0]);
    if (spec.dtype !== 'float32') return undefined;
    for (const [kept, factor] of [node.inputs, [...node.inputs].reverse()]) {
      const mask = maskOf(rewriter.producer(factor), rewriter, reluOf);
      if (mask === undefined || !sameShape(rewriter.value(kept).shape, spec.shape)) continue;
      const zero = rewriter.addConstant(shaped('float32', []), { kind: 'uniform', value: 0 });
      return [rewriter.emit('Select', [mask, kept, zero], spec)];
    }
    return undefined;
  });
}

/** The truth values behind a factor of 0 and 1, if it is one. */
function maskOf(
  factor: GraphNode | undefined,
  rewriter: Rewriter,
  reluOf: ReadonlyMap<ValueId, ValueId>,
): ValueId | undefined {
  if (factor === undefined) return undefined;
  const [source] = factor.inputs;
  if (factor.op === 'Cast') {
    const { dtype } = rewriter.value(source);
    const inner = rewriter.producer(source);
    if (dtype === 'bool') return source;
    return inner?.op === 'Step' ? maskOf(inner, rewriter, reluOf) : undefined;
  }
  if (factor.op !== 'Step' || (factor.attrs.alpha ?? 0) !== 0) return undefined;
  const { dtype, shape } = rewriter.value(source);
  if (uniformNumber(rewriter.constant(source)) !== undefined) return undefined;
  const zero = rewriter.addConstant(shaped(dtype, []), { kind: 'uniform', value: 0 });
  return rewriter.emit('Greater', [reluOf.get(source) ?? source, zero], shaped('bool', shape));
}
