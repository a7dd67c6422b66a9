import { showShape } from './dims';
import { valueOf } from './graph';
import type { Graph, ValueId } from './graph';

/** A graph in the language of Graphviz; nodes of one layer share a cluster. `dot -Tsvg` draws it. */
export function graphToDot(graph: Graph): string {
  const from = new Map<ValueId, string>();
  const lines: string[] = [];
  const ports = [...graph.inputs, ...graph.variables];
  ports.forEach(({ name, value }, i) => {
    from.set(value, `port${i}`);
    lines.push(`  port${i} [shape=box, style=rounded, label=${quoted(name)}];`);
  });
  const byScope = new Map<string, string[]>();
  graph.nodes.forEach(({ op, outputs, scope }, i) => {
    for (const output of outputs) from.set(output, `node${i}`);
    const group = byScope.get(scope) ?? [];
    group.push(`node${i} [label=${quoted(op)}];`);
    byScope.set(scope, group);
  });
  [...byScope].forEach(([scope, nodes], i) => {
    const body = nodes.map((node) => `    ${node}`).join('\n');
    lines.push(
      scope === '' ? body : `  subgraph cluster${i} {\n    label=${quoted(scope)};\n    color=gray;\n${body}\n  }`,
    );
  });
  const edge = (value: ValueId, to: string): void => {
    const source = from.get(value);
    if (source !== undefined) lines.push(`  ${source} -> ${to} [label=${quoted(showShape(valueOf(graph, value).shape))}];`); // prettier-ignore
  };
  graph.nodes.forEach(({ inputs }, i) => {
    for (const input of inputs) edge(input, `node${i}`);
  });
  [...graph.outputs, ...graph.updates].forEach(({ name, value }, i) => {
    lines.push(`  out${i} [shape=box, style=rounded, label=${quoted(name)}];`);
    edge(value, `out${i}`);
  });
  return `digraph {\n  rankdir=TB; fontname=Helvetica; node [fontname=Helvetica]; edge [fontsize=9];\n${lines.join('\n')}\n}\n`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
