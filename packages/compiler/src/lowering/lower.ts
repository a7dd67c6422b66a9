import { expected } from '@ctrflow/core';
import { sizeOf } from '../graph/dims';
import type { AffineDim } from '../graph/dims';
import { valueOf } from '../graph/graph';
import type { Graph, Port } from '../graph/graph';
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/model';
import { UnsupportedKernelError } from '../record/unsupported';
import { OnnxBuilder } from './builder';
import type { LoweringTarget } from './builder';
import { convolutionLowerings } from './convolutions';
import { cumulativeLowerings } from './cumulative';
import { elementwiseLowerings } from './elementwise';
import { indexLowerings } from './indexing';
import type { LoweringTable } from './lowering';
import { matrixLowerings } from './matrices';
import { poolingLowerings } from './pooling';
import { reductionLowerings } from './reductions';
import { shapeLowerings } from './shapes';
import { stridedSliceLowerings } from './strided-slice';

/** The lowering of every operation that a graph may contain. */
export const lowerings: LoweringTable = {
  ...elementwiseLowerings,
  ...reductionLowerings,
  ...shapeLowerings,
  ...stridedSliceLowerings,
  ...matrixLowerings,
  ...indexLowerings,
  ...cumulativeLowerings,
  ...convolutionLowerings,
  ...poolingLowerings,
};

/** What {@link lower} may be told. */
export interface LowerOptions {
  /** Default `onnxruntime`. */
  readonly target?: LoweringTarget;
  /** Name of the graph in the file. Default `ctrflow`. */
  readonly graphName?: string;
  /** Elements of variables to put into the file; without them the variables are inputs. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Names that the updates of variables have as outputs of the model. */
export function updateName(variable: string): string {
  return `${variable}:next`;
}

/**
 * Lowers a graph to an ONNX model: operator set 17, file version 8. Inputs, outputs and variables keep their names.
 *
 * @throws UnsupportedKernelError for an operation without a lowering
 */
export function lower(
  graph: Graph,
  { target = 'onnxruntime', graphName = 'ctrflow', weights, metadata }: LowerOptions = {},
): OnnxModel {
  const builder = new OnnxBuilder(graph, target);
  for (const { name, value } of [...graph.inputs, ...graph.variables]) builder.setName(value, name);
  for (const node of graph.nodes) {
    builder.enter(node);
    if (node.outputs.every((output) => sizeOf(valueOf(graph, output).shape) === 0)) {
      // ONNX Runtime refuses or mistakes several operations without elements.
      for (const output of node.outputs) builder.setName(output, builder.empty(valueOf(graph, output)));
      continue;
    }
    const lowering = lowerings[node.op];
    if (lowering === undefined) {
      const hint = `the model runs eagerly instead; it is asked for in ${node.scope === '' ? 'the model' : node.scope}`;
      throw new UnsupportedKernelError(expected('lower', 'kernels with a lowering', node.op, hint), node.op);
    }
    const results = lowering(builder, node, node.inputs.map((id) => builder.name(id))); // prettier-ignore
    [results].flat().forEach((name, i) => {
      builder.setName(node.outputs[i], name);
    });
  }
  const ports = [...graph.outputs, ...graph.updates.map(({ name, value }) => ({ name: updateName(name), value }))];
  const nodes = named(builder, ports);
  const stored = weights === undefined ? [] : graph.variables.map((port) => weightTensor(graph, port, weights));
  const inputs = weights === undefined ? [...graph.inputs, ...graph.variables] : graph.inputs;
  return {
    irVersion: 8,
    opsets: { '': 17, ...(nodes.some(({ domain }) => domain !== '') ? { 'com.microsoft': 1 } : {}) },
    graphName,
    nodes,
    initializers: [...stored, ...builder.initializers],
    inputs: inputs.map((port) => infoOf(graph, port)),
    outputs: ports.map((port) => infoOf(graph, port)),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** The nodes with the results under the names of the ports: by renaming where that is possible, else by a copy. */
function named(builder: OnnxBuilder, ports: readonly Port[]): readonly OnnxNode[] {
  const made = new Set(builder.nodes.flatMap(({ outputs }) => outputs));
  const renamed = new Map<string, string>();
  const copies: { readonly from: string; readonly to: string }[] = [];
  for (const { name, value } of ports) {
    const from = builder.name(value);
    if (made.has(from) && !renamed.has(from)) renamed.set(from, name);
    else copies.push({ from, to: name });
  }
  const latest = (name: string): string => renamed.get(name) ?? name;
  return [
    ...builder.nodes.map((node) => ({ ...node, inputs: node.inputs.map(latest), outputs: node.outputs.map(latest) })),
    ...copies.map(({ from, to }) => ({
      ...{ opType: 'Identity', name: `${to}/Identity`, inputs: [latest(from)], outputs: [to], attrs: {}, domain: '' },
    })),
  ];
}

function weightTensor(
  graph: Graph,
  { name, value }: Port,
  weights: Readonly<Record<string, Float32Array>>,
): OnnxTensor {
  return { name, dims: valueOf(graph, value).shape as readonly number[], type: 'float32', data: weights[name] };
}

function infoOf(graph: Graph, { name, value }: Port): OnnxValueInfo {
  const { shape, dtype } = valueOf(graph, value);
  return { name, type: dtype, dims: shape.map((dim) => (typeof dim === 'number' ? dim : symbol(dim))) };
}

function symbol({ times, plus }: AffineDim): string {
  const factor = times === 1 ? 'batch' : `${times}*batch`;
  return plus === 0 ? factor : `${factor}${plus < 0 ? '-' : '+'}${Math.abs(plus)}`;
}
