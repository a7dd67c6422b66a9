import { expected, mapRecord } from '@ctrflow/core';
import type { AffineDim, Dim } from '../graph/dims';
import type { Attribute, Constant, Graph, GraphNode, Value, ValueId } from '../graph/graph';
import { UnsupportedKernelError } from './unsupported';

/** Batch sizes at which a computation is recorded to leave the batch size open: two give every affine dimension, the third proves it. */
const SIZES = [7, 11, 13] as const;

/**
 * Records a computation at three batch sizes and returns one graph whose dimensions and constants follow B.
 *
 * @throws UnsupportedKernelError when the recordings differ in more than numbers, or a number is not affine in B; it names the operation
 */
export function recordForAnyBatch(recordAt: (B: number) => Graph): Graph {
  const graphs = SIZES.map((B) => recordAt(B));
  const [first, ...others] = graphs;
  for (const other of others) {
    const at = first.nodes.findIndex((node, i) => !sameCall(node, other.nodes[i]));
    if (at >= 0 || first.nodes.length !== other.nodes.length || first.values.size !== other.values.size) {
      const node = first.nodes[Math.max(at, 0)];
      throw refusal(node, 'the same operations for every batch size', 'operations that depend on it');
    }
  }
  const producers = new Map(first.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  return {
    ...first,
    values: new Map([...first.values.keys()].map((id) => [id, unifiedValue(id, graphs, producers.get(id))])),
    constants: new Map([...first.constants.keys()].map((id) => [id, unifiedConstant(id, graphs)])),
    nodes: first.nodes.map((node, i) => ({ ...node, attrs: unifiedAttrs(node, graphs.map((graph) => graph.nodes[i])) })), // prettier-ignore
  };
}

function sameCall(a: GraphNode, b: GraphNode | undefined): boolean {
  return a.op === b?.op && a.inputs.join() === b.inputs.join() && a.outputs.join() === b.outputs.join();
}

function unifiedValue(id: ValueId, graphs: readonly Graph[], node: GraphNode | undefined): Value {
  const values = graphs.map((graph) => graph.values.get(id)!);
  const [{ shape, dtype }] = values;
  const same = values.every((value) => value.dtype === dtype && value.shape.length === shape.length);
  if (!same) throw refusal(node, 'one rank and type for every batch size', 'others');
  return { dtype, shape: shape.map((_, axis) => unifiedNumber(values.map((value) => value.shape[axis] as number), node)) }; // prettier-ignore
}

function unifiedConstant(id: ValueId, graphs: readonly Graph[]): Constant {
  const constants = graphs.map((graph) => graph.constants.get(id)!);
  const [first] = constants;
  const users = graphs[0].nodes.find(({ inputs }) => inputs.includes(id));
  if (constants.every((constant) => constant.kind === 'uniform')) {
    return { kind: 'uniform', value: unifiedNumber(constants.map(({ value }) => value as number), users) }; // prettier-ignore
  }
  const same = constants.every((constant) => constant.kind === 'array' && first.kind === 'array' && constant.data.length === first.data.length && constant.data.every((x, i) => Object.is(x, first.data[i]))); // prettier-ignore
  if (!same) throw refusal(users, 'constants that do not depend on the batch size', 'elements that do');
  return first;
}

function unifiedAttrs({ op, attrs, scope }: GraphNode, nodes: readonly GraphNode[]): GraphNode['attrs'] {
  const unified = (values: readonly Attribute[]): Attribute => {
    const [first] = values;
    if (typeof first === 'number') return unifiedNumber(values as readonly number[], { op, scope });
    if (Array.isArray(first)) return (first as readonly Attribute[]).map((_, i) => unified(values.map((value) => (value as readonly Attribute[])[i]))); // prettier-ignore
    return first;
  };
  return mapRecord(attrs, (_, name) => unified(nodes.map((node) => node.attrs[name])));
}

/** The number as a function of B: itself when it is the same at all sizes, else `times B + plus`. */
function unifiedNumber(numbers: readonly number[], node: Pick<GraphNode, 'op' | 'scope'> | undefined): Dim {
  const [first, second, third] = numbers;
  if (numbers.every((x) => Object.is(x, first))) return first;
  const times = (second - first) / (SIZES[1] - SIZES[0]);
  const dim: AffineDim = { times, plus: first - times * SIZES[0] };
  if (dim.times * SIZES[2] + dim.plus === third) return dim;
  throw refusal(node, 'numbers that grow with the batch size in a straight line', numbers.join(', '));
}

function refusal(
  node: Pick<GraphNode, 'op' | 'scope'> | undefined,
  wanted: string,
  got: string,
): UnsupportedKernelError {
  const who = node === undefined ? 'record' : `${node.op} in ${node.scope === '' ? 'the model' : node.scope}`;
  return new UnsupportedKernelError(expected(who, wanted, got, 'divide by tensors made from the batch, not by numbers'), node?.op ?? 'record'); // prettier-ignore
}
