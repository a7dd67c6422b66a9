import type { Constant, DType, Graph, GraphNode, Port, Value, ValueId } from '../graph/graph';
import { valueOf } from '../graph/graph';
import type { Dim } from '../graph/dims';

/** What a rule is given to look around in the graph and to add to it. */
export interface Rewriter {
  value(id: ValueId): Value;
  constant(id: ValueId): Constant | undefined;
  /** The node that makes a value, inputs rewritten already. */
  producer(id: ValueId): GraphNode | undefined;
  /** How many nodes and results of the graph as it was use this value. */
  numUses(id: ValueId): number;
  /** Adds a node before the one that is looked at, in its scope. */
  emit(op: string, inputs: readonly ValueId[], spec: Value, attrs?: GraphNode['attrs']): ValueId;
  addConstant(spec: Value, constant: Constant): ValueId;
}

/** What becomes of a node: values that take the place of its outputs; nothing when it stays. */
export type Rule = (node: GraphNode, rewriter: Rewriter) => readonly ValueId[] | undefined;

/** Walks the nodes in order and replaces those for which the rule has something better. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const state = new Rewriting(graph);
  for (const node of graph.nodes) state.visit(node, rule);
  return state.result();
}

class Rewriting implements Rewriter {
  private readonly values: Map<ValueId, Value>;
  private readonly constants: Map<ValueId, Constant>;
  private readonly nodes: GraphNode[] = [];
  private readonly producers = new Map<ValueId, GraphNode>();
  private readonly replaced = new Map<ValueId, ValueId>();
  private readonly uses: ReadonlyMap<ValueId, number>;
  private next: number;
  private scope = '';

  constructor(private readonly graph: Graph) {
    this.values = new Map(graph.values);
    this.constants = new Map(graph.constants);
    this.uses = countUses(graph);
    this.next = Math.max(-1, ...graph.values.keys()) + 1;
  }

  visit(node: GraphNode, rule: Rule): void {
    const moved = { ...node, inputs: node.inputs.map((id) => this.latest(id)) };
    this.scope = node.scope;
    const replacement = rule(moved, this);
    if (replacement === undefined) this.push(moved);
    else node.outputs.forEach((output, i) => this.replaced.set(output, replacement[i]));
  }

  result(): Graph {
    const moved = ({ name, value }: Port): Port => ({ name, value: this.latest(value) });
    const { inputs, variables, outputs, updates } = this.graph;
    const { values, constants, nodes } = this;
    return { values, constants, nodes, inputs, variables, outputs: outputs.map(moved), updates: updates.map(moved) };
  }

  value(id: ValueId): Value {
    return valueOf({ values: this.values }, id);
  }

  constant(id: ValueId): Constant | undefined {
    return this.constants.get(id);
  }

  producer(id: ValueId): GraphNode | undefined {
    return this.producers.get(id);
  }

  numUses(id: ValueId): number {
    return this.uses.get(id) ?? 0;
  }

  emit(op: string, inputs: readonly ValueId[], spec: Value, attrs: GraphNode['attrs'] = {}): ValueId {
    const output = this.add(spec);
    this.push({ op, inputs, outputs: [output], attrs, scope: this.scope });
    return output;
  }

  addConstant(spec: Value, constant: Constant): ValueId {
    const id = this.add(spec);
    this.constants.set(id, constant);
    return id;
  }

  private add(spec: Value): ValueId {
    const id = this.next++;
    this.values.set(id, spec);
    return id;
  }

  private push(node: GraphNode): void {
    this.nodes.push(node);
    for (const output of node.outputs) this.producers.set(output, node);
  }

  private latest(id: ValueId): ValueId {
    return this.replaced.get(id) ?? id; // what replaces a value is never replaced itself
  }
}

/** How many times each value is used, by nodes and by the graph's results. */
export function countUses({ nodes, outputs, updates }: Graph): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const use = (id: ValueId): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const { inputs } of nodes) inputs.forEach(use);
  for (const { value } of [...outputs, ...updates]) use(value);
  return uses;
}

/** The number that a constant is everywhere, if it is one and does not follow the batch size. */
export function uniformNumber(constant: Constant | undefined): number | undefined {
  return constant?.kind === 'uniform' && typeof constant.value === 'number' ? constant.value : undefined;
}

/** A value like another with another shape. */
export function shaped(dtype: DType, shape: readonly Dim[]): Value {
  return { dtype, shape };
}
