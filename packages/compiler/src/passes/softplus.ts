import type { Graph } from '../graph/graph';
import { rewrite } from './rewrite';

/** `log1p(exp(x)) -> softplus(x)`, which is exact for small `exp(x)` too, where `log(1 + exp(x))` of float32 is not. */
export function softplus(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    const inner = node.op === 'Log1p' ? rewriter.producer(node.inputs[0]) : undefined;
    return inner?.op === 'Exp' ? [rewriter.emit('Softplus', inner.inputs, rewriter.value(node.outputs[0]))] : undefined;
  });
}
