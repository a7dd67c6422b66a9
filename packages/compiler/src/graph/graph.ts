import type { Dim } from './dims';

/** Element types that a graph knows. */
export type DType = 'float32' | 'int32' | 'bool';

/** Names one tensor of a graph. */
export type ValueId = number;

/** What is known of a tensor. */
export interface Value {
  readonly shape: readonly Dim[];
  readonly dtype: DType;
}

/** An attribute of a node, as tfjs's kernel has it; numbers may follow the batch size. */
export type Attribute = Dim | string | boolean | null | undefined | readonly Attribute[];

/** A constant: one number everywhere (it may follow B), or all its elements. */
export type Constant =
  | { readonly kind: 'uniform'; readonly value: Dim }
  | { readonly kind: 'array'; readonly data: Float32Array | Int32Array | Uint8Array };

/** One operation. `op` is the name of a tfjs kernel, or of an operation that a pass introduced (see `passes/`). */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  readonly attrs: Readonly<Record<string, Attribute>>;
  /** The layer that asked for it, `deep/dense_1`; of a gradient `grad deep/dense_1`. */
  readonly scope: string;
}

/** A named tensor at the edge of a graph. */
export interface Port {
  readonly name: string;
  readonly value: ValueId;
}

/** A computation: nodes in an order in which they can run. */
export interface Graph {
  readonly values: ReadonlyMap<ValueId, Value>;
  /** What every run brings: feeds, labels, masks, step scalars. */
  readonly inputs: readonly Port[];
  /** State that a run reads: weights, optimizer slots. */
  readonly variables: readonly Port[];
  readonly constants: ReadonlyMap<ValueId, Constant>;
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly Port[];
  /** New values of variables, by the variables' names. */
  readonly updates: readonly Port[];
}

/** What is known of a value of a graph that has it. */
export function valueOf(graph: Pick<Graph, 'values'>, id: ValueId): Value {
  const value = graph.values.get(id);
  if (value === undefined) throw new RangeError(`graph: no value %${id}`);
  return value;
}

/** All values that leave a graph. */
export function resultsOf({ outputs, updates }: Graph): readonly Port[] {
  return [...outputs, ...updates];
}
