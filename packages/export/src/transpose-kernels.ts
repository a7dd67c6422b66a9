import { mergeRecords } from '@ctrflow/core';
import type { Graph, GraphNode, Value, ValueId } from '@ctrflow/compiler';

/** A graph and the elements of its variables. */
export interface WeightedGraph {
  readonly graph: Graph;
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/**
 * Stores matrices that inputs are multiplied with as `[out, in]` and says so in the product (`transB = 1`): OpenCV's importer takes no other, and
 * results are the same. A matrix that is used in any other way stays.
 */
export function transposeKernels({ graph, weights }: WeightedGraph): WeightedGraph {
  const turned = graph.variables.filter(({ value }) => isKernel(graph, value));
  const ids = new Set(turned.map(({ value }) => value));
  const values = new Map<ValueId, Value>(graph.values);
  const changed = mergeRecords(weights);
  for (const { name, value } of turned) {
    const { shape, dtype } = graph.values.get(value)!;
    const [rows, columns] = shape as readonly number[];
    values.set(value, { dtype, shape: [columns, rows] });
    changed[name] = transposed(weights[name], rows, columns);
  }
  const nodes = graph.nodes.map((node) =>
    isProduct(graph, node) && ids.has(node.inputs[1])
      ? { ...node, attrs: mergeRecords(node.attrs, { transposeB: true }) }
      : node,
  );
  return { graph: { ...graph, values, nodes }, weights: changed };
}

/** Whether all uses of a value are as the second factor of a product of matrices. */
function isKernel(graph: Graph, id: ValueId): boolean {
  const users = graph.nodes.filter(({ inputs }) => inputs.includes(id));
  const leaves = graph.outputs.some(({ value }) => value === id);
  return (
    !leaves &&
    users.length > 0 &&
    users.every((node) => isProduct(graph, node) && node.inputs.every((input, i) => (input === id) === (i === 1)))
  );
}

function isProduct({ values }: Graph, { op, inputs, attrs }: GraphNode): boolean {
  if ((op !== 'BatchMatMul' && op !== 'Gemm') || attrs.transposeB === true) return false;
  return inputs.slice(0, 2).every((input) => values.get(input)!.shape.length === 2);
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}
