import { SerializationError, expected } from '@ctrflow/core';
import type { Constant, DType, Graph, GraphNode, Port, Value, ValueId } from './graph';

const VERSION = 2;

interface GraphJson {
  readonly version: number;
  readonly values: readonly (readonly [ValueId, Value])[];
  readonly constants: readonly (readonly [ValueId, ConstantJson])[];
  readonly inputs: readonly Port[];
  readonly variables: readonly Port[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly Port[];
  readonly updates: readonly Port[];
}

type ConstantJson =
  | Extract<Constant, { kind: 'uniform' }>
  | { readonly kind: 'array'; readonly dtype: DType; readonly data: readonly number[] };

/** A graph as JSON text; {@link graphFromJson} gives an equal one. */
export function graphToJson(graph: Graph): string {
  const json: GraphJson = {
    ...graph,
    version: VERSION,
    values: [...graph.values],
    constants: [...graph.constants].map(([id, constant]) => [id, constantToJson(constant)]),
  };
  return JSON.stringify(json, hideNumber);
}

/** @throws SerializationError for text that is no graph of a known version */
export function graphFromJson(text: string): Graph {
  const json = JSON.parse(text, showNumber) as Partial<GraphJson>;
  if (json.version !== VERSION || json.values === undefined || json.constants === undefined) {
    throw new SerializationError(expected('graph', `a graph of version ${VERSION}`, json.version));
  }
  const { values, constants, inputs = [], variables = [], nodes = [], outputs = [], updates = [] } = json;
  const decoded = constants.map(([id, constant]) => [id, constantFromJson(constant)] as const);
  return { values: new Map(values), constants: new Map(decoded), inputs, variables, nodes, outputs, updates };
}

/** JSON has no infinities, no NaN and no negative zero: they become `{"$number": "Infinity"}`, wherever they are. */
function hideNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { $number: Object.is(value, -0) ? '-0' : String(value) };
}

function showNumber(_key: string, value: unknown): unknown {
  const hidden = typeof value === 'object' && value !== null && '$number' in value ? value.$number : undefined;
  return typeof hidden === 'string' ? Number(hidden) : value;
}

function constantToJson(constant: Constant): ConstantJson {
  if (constant.kind === 'uniform') return constant;
  const { data } = constant;
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { kind: 'array', dtype, data: Array.from(data) };
}

function constantFromJson(constant: ConstantJson): Constant {
  if (constant.kind === 'uniform') return constant;
  switch (constant.dtype) {
    case 'float32':
      return { kind: 'array', data: Float32Array.from(constant.data) };
    case 'int32':
      return { kind: 'array', data: Int32Array.from(constant.data) };
    case 'bool':
      return { kind: 'array', data: Uint8Array.from(constant.data) };
  }
}
