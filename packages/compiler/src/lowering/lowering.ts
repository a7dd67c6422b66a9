import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';

/** Emits the ONNX operations of one node; `inputs` are ONNX names. Returns the names of the node's outputs. */
export type Lowering = (builder: OnnxBuilder, node: GraphNode, inputs: readonly string[]) => string | readonly string[];

/** Lowerings by operation of the graph. */
export type LoweringTable = Readonly<Record<string, Lowering>>;
