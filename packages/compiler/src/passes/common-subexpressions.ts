import type { Graph, ValueId } from '../graph/graph';
import { rewrite } from './rewrite';

/** Computes once what is asked for several times: the same operation on the same values. Equal small constants become one. */
export function commonSubexpressions(graph: Graph): Graph {
  const constants = new Map<string, ValueId>();
  const canonical = new Map<ValueId, ValueId>();
  for (const [id, constant] of graph.constants) {
    if (constant.kind === 'array' && constant.data.length > 64) continue;
    const { shape, dtype } = graph.values.get(id)!;
    const elements = constant.kind === 'array' ? [...constant.data].map(exact) : exact(constant.value);
    const key = JSON.stringify([constant.kind, dtype, shape, elements]);
    canonical.set(id, constants.get(key) ?? id);
    if (!constants.has(key)) constants.set(key, id);
  }
  const known = new Map<string, readonly ValueId[]>();
  return rewrite(graph, (node, rewriter) => {
    const inputs = node.inputs.map((id) => canonical.get(id) ?? id);
    const { shape, dtype } = rewriter.value(node.outputs[0]);
    const key = JSON.stringify([node.op, inputs, node.attrs, shape, dtype]);
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, node.outputs);
    return undefined;
  });
}

/** JSON does not tell -0 from 0, nor infinities and NaN from null. */
function exact(value: unknown): unknown {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? String(value) + typeof value + (Object.is(value, -0) ? '-' : '') : value; // prettier-ignore
}
