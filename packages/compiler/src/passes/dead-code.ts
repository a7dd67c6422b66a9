import { resultsOf } from '../graph/graph';
import type { Constant, Graph, GraphNode, Value, ValueId } from '../graph/graph';

/** Drops nodes and constants that no result needs. Inputs and variables stay: they are the graph's signature. */
export function deadCode(graph: Graph): Graph {
  const needed = new Set<ValueId>(resultsOf(graph).map(({ value }) => value));
  const nodes: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  nodes.reverse();
  const constants = new Map<ValueId, Constant>([...graph.constants].filter(([id]) => needed.has(id)));
  const kept = new Set<ValueId>([
    ...[...graph.inputs, ...graph.variables].map(({ value }) => value),
    ...constants.keys(),
    ...nodes.flatMap(({ outputs }) => outputs),
  ]);
  const values = new Map<ValueId, Value>([...graph.values].filter(([id]) => kept.has(id)));
  return { ...graph, nodes, constants, values };
}
