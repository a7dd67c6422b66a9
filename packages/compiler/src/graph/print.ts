import { showDim, showShape } from './dims';
import { valueOf } from './graph';
import type { Attribute, Constant, Graph, GraphNode, ValueId } from './graph';

/**
 * A graph as text, one line per port, constant and node:
 *
 * `%7: float32 [B, 400] = BatchMatMul(%1, %2) {transposeB: true}  # deep/dense_1`
 */
export function printGraph(graph: Graph): string {
  const typed = (id: ValueId): string => {
    const { dtype, shape } = valueOf(graph, id);
    return `%${id}: ${dtype} ${showShape(shape)}`;
  };
  return [
    ...graph.inputs.map(({ name, value }) => `input ${typed(value)} ${name}`),
    ...graph.variables.map(({ name, value }) => `variable ${typed(value)} ${name}`),
    ...[...graph.constants].map(([id, constant]) => `constant ${typed(id)} = ${showConstant(constant)}`),
    ...graph.nodes.map((node) => printNode(node, typed)),
    ...graph.outputs.map(({ name, value }) => `output ${name} = %${value}`),
    ...graph.updates.map(({ name, value }) => `update ${name} = %${value}`),
  ].join('\n');
}

function printNode({ op, inputs, outputs, attrs, scope }: GraphNode, typed: (id: ValueId) => string): string {
  const shown = Object.entries(attrs).filter(([, value]) => value !== undefined && value !== null && value !== false);
  const attributes =
    shown.length === 0 ? '' : ` {${shown.map(([name, value]) => `${name}: ${showAttribute(value)}`).join(', ')}}`;
  const call = `${op}(${inputs.map((id) => `%${id}`).join(', ')})${attributes}`;
  return `${outputs.map(typed).join(', ')} = ${call}${scope === '' ? '' : `  # ${scope}`}`;
}

function showAttribute(value: Attribute): string {
  if (Array.isArray(value)) return `[${(value as readonly Attribute[]).map(showAttribute).join(', ')}]`;
  return typeof value === 'number' || (typeof value === 'object' && value !== null)
    ? showDim(value as number)
    : String(value);
}

function showConstant(constant: Constant): string {
  if (constant.kind === 'uniform') return showDim(constant.value);
  const { data } = constant;
  const some = [...data.subarray(0, 6)].map((x) => Number(x.toPrecision(6))).join(', ');
  return `[${some}${data.length > 6 ? `, ... ${data.length} in all` : ''}]`;
}
