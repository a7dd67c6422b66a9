import { dispose, engine, fill, getBackend, getKernel, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isStatic, sameShape, sizeOf } from '../graph/dims';
import type { Constant, Graph, GraphNode, Value } from '../graph/graph';
import { recordedKernels } from '../record/kernels/index';
import { constantOf } from '../record/recording';
import { rewrite } from './rewrite';
import type { Rewriter } from './rewrite';

/** Constants larger than this are not computed ahead: the file would grow by more than the time saved. */
const LARGEST = 1 << 18;

/** Operations whose result has no other elements than their input. */
const moving = new Set(['BroadcastTo', 'Tile', 'Transpose', 'Slice']);

/** Operations whose result has the very elements of their input, in order. */
const keeping = new Set(['Reshape', 'ExpandDims', 'Identity']);

/** Computes nodes of which all inputs are constants, on the tfjs backend that is set. */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, rewriter) => {
    const first = rewriter.constant(node.inputs[0]);
    if (first?.kind === 'uniform' && moving.has(node.op)) return [rewriter.addConstant(rewriter.value(node.outputs[0]), first)]; // prettier-ignore
    if (first !== undefined && keeping.has(node.op)) return [rewriter.addConstant(rewriter.value(node.outputs[0]), first)]; // prettier-ignore
    if (node.inputs.length === 0 || !foldable(node, rewriter)) return undefined;
    const folded = tidy(() => evaluate(node, rewriter));
    const ids = folded.map((tensor, i) => {
      const spec = rewriter.value(node.outputs[i]);
      return rewriter.addConstant(spec, constantOf(tensor.dataSync()));
    });
    dispose(folded);
    return ids;
  });
}

function foldable({ op, inputs, outputs }: GraphNode, rewriter: Rewriter): boolean {
  if (!(op in recordedKernels) || getKernel(op, getBackend()) === undefined) return false;
  if (op === 'Select' && !inputs.every((id) => sameShape(rewriter.value(id).shape, rewriter.value(outputs[0]).shape)))
    return false;
  return (
    inputs.every((id) => {
      const constant = rewriter.constant(id);
      return constant !== undefined && (constant.kind === 'array' || typeof constant.value === 'number');
    }) && [...inputs, ...outputs].every((id) => small(rewriter.value(id)))
  );
}

function small({ shape }: Value): boolean {
  return isStatic(shape) && (sizeOf(shape) as number) <= LARGEST;
}

function evaluate({ op, inputs, attrs }: GraphNode, rewriter: Rewriter): Tensor[] {
  const tensors = inputs.map((id) => constantTensor(rewriter.value(id), rewriter.constant(id)!));
  const { inputs: names } = recordedKernels[op];
  const given = names === 'list' ? tensors : Object.fromEntries(tensors.map((value, i) => [names[i], value]));
  return [engine().runKernel<Tensor | Tensor[]>(op, given as never, attrs as never)].flat();
}

function constantTensor({ shape, dtype }: Value, constant: Constant): Tensor {
  if (constant.kind === 'uniform') return fill([...(shape as readonly number[])], constant.value as number, dtype);
  return tensor(constant.data.slice(), [...(shape as readonly number[])], dtype);
}
