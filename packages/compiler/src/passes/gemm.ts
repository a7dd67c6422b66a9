import { sameDim, sameShape } from '../graph/dims';
import type { Graph, ValueId } from '../graph/graph';
import { rewrite } from './rewrite';
import type { Rewriter } from './rewrite';

/** A product of matrices plus a bias row as one `Gemm`: `A B + c`. ONNX Runtime then joins a ReLU that follows. */
export function gemm(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    if (node.op !== 'Add') return undefined;
    const spec = rewriter.value(node.outputs[0]);
    if (spec.dtype !== 'float32' || spec.shape.length !== 2) return undefined;
    for (const [product, bias] of [node.inputs, [...node.inputs].reverse()]) {
      const producer = rewriter.producer(product);
      if (producer?.op !== 'BatchMatMul' || rewriter.numUses(product) > 1 || !isRow(bias, spec.shape[1], rewriter))
        continue;
      if (!sameShape(rewriter.value(product).shape, spec.shape)) continue; // the bias would stretch the product
      if (!producer.inputs.every((id) => rewriter.value(id).shape.length === 2)) continue;
      return [rewriter.emit('Gemm', [...producer.inputs, bias], spec, producer.attrs)];
    }
    return undefined;
  });
}

function isRow(id: ValueId, columns: Parameters<typeof sameDim>[0], rewriter: Rewriter): boolean {
  const { shape } = rewriter.value(id);
  return shape.length > 0 && shape.length <= 2 && sameDim(shape.at(-1)!, columns) && shape.slice(0, -1).every((dim) => dim === 1); // prettier-ignore
}
