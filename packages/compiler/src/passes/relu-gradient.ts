import type { Graph, GraphNode, ValueId } from '../graph/graph';
import { rewrite, shaped } from './rewrite';
import type { Rewriter } from './rewrite';

/**
 * The gradient of ReLU is a product with `step(x)`. Where `relu(x)` is known that equals `step(relu(x))`: x itself need not be kept, so that ONNX Runtime
 * joins the ReLU with the product of matrices before it. (Masks stay products: ONNX Runtime's `Where` and `Sign` take four times as long as a
 * comparison, a cast and a product.)
 */
export function reluGradient(graph: Graph): Graph {
  const reluOf = new Map<ValueId, ValueId>();
  return rewrite(graph, (node, rewriter) => {
    if (node.op === 'Relu') reluOf.set(node.inputs[0], node.outputs[0]);
    const positive = isStep(node, rewriter) ? reluOf.get(node.inputs[0]) : undefined;
    if (positive === undefined) return undefined;
    return [rewriter.emit('Step', [positive], shaped('float32', rewriter.value(positive).shape), node.attrs)];
  });
}

function isStep({ op, attrs, inputs }: GraphNode, rewriter: Rewriter): boolean {
  return (
    op === 'Step' && ((attrs.alpha as number | undefined) ?? 0) === 0 && rewriter.value(inputs[0]).dtype === 'float32'
  );
}
