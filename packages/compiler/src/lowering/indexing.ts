import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { LoweringTable } from './lowering';

function gather(b: OnnxBuilder, node: GraphNode, [x, indices]: readonly string[]): string {
  const { shape } = b.value(node.inputs[0]);
  const named = node.attrs.axis as number;
  const axis = named < 0 ? named + shape.length : named;
  const batchDims = (node.attrs.batchDims as number | undefined) ?? 0;
  if (batchDims === 0) return b.emit('Gather', [x, indices], { axis });
  return gatherInRows(b, node, [x, indices], axis, batchDims);
}

/** Each row looks up in itself: `GatherND` with the axis of the lookup moved behind the rows, and back. */
function gatherInRows(
  b: OnnxBuilder,
  node: GraphNode,
  [x, indices]: readonly string[],
  axis: number,
  batchDims: number,
): string {
  const rank = b.value(node.inputs[0]).shape.length;
  const depth = b.value(node.inputs[1]).shape.length;
  const between = range(batchDims, axis);
  const moved =
    between.length === 0
      ? x
      : b.emit('Transpose', [x], { perm: [...range(0, batchDims), axis, ...between, ...range(axis + 1, rank)] });
  const deeper = b.emit('Unsqueeze', [b.cast(indices, 'int64'), b.int64s([depth])]);
  const found = b.emit('GatherND', [moved, deeper], { batch_dims: batchDims });
  if (between.length === 0) return found;
  // [rows, looked up, between, behind] -> [rows, between, looked up, behind]
  const ranks = depth + rank - axis - 1 + between.length;
  const perm = [...range(0, batchDims), ...range(depth, depth + between.length), ...range(batchDims, depth), ...range(depth + between.length, ranks)]; // prettier-ignore
  return b.emit('Transpose', [found], { perm });
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** A comparison with 0, 1, ... depth - 1; ONNX's `OneHot` would count negative indices from the end. */
function oneHot(b: OnnxBuilder, { attrs, inputs, outputs }: GraphNode, [indices]: readonly string[]): string {
  const { dtype } = b.value(outputs[0]);
  const places = b.int64s(Array.from({ length: attrs.depth as number }, (_, i) => i));
  const rank = b.value(inputs[0]).shape.length;
  const column = b.emit('Unsqueeze', [b.cast(indices, 'int64'), b.int64s([rank])]);
  const is = b.emit('Equal', [column, places]);
  const on = (attrs.onValue as number | undefined) ?? 1;
  const off = (attrs.offValue as number | undefined) ?? 0;
  if (on === 1 && off === 0) return dtype === 'bool' ? is : b.cast(is, dtype);
  if (dtype === 'bool') return on === off ? b.cast(b.emit('Where', [is, b.scalar(on, 'int32'), b.scalar(off, 'int32')]), dtype) : b.emit('Not', [is]); // prettier-ignore
  return b.emit('Where', [is, b.scalar(on, dtype), b.scalar(off, dtype)]);
}

/** Zeros of a shape into which updates are added. */
function scatterInto(b: OnnxBuilder, node: GraphNode, indices: string, updates: string): string {
  const { shape, dtype } = b.value(node.outputs[0]);
  const zeros = b.emit('Expand', [b.scalar(0, dtype), b.shape(shape)]);
  return b.emit('ScatterND', [zeros, indices, updates], { reduction: 'add' });
}

/** What looks up and writes by index. */
export const indexLowerings: LoweringTable = {
  GatherV2: gather,
  GatherNd: (b, _node, [params, indices]) => b.emit('GatherND', [params, b.cast(indices, 'int64')]),
  OneHot: oneHot,
  ScatterNd: (b, node, [indices, updates]) => scatterInto(b, node, b.cast(indices, 'int64'), updates),
  TensorScatterUpdate: (b, _node, [tensor, indices, updates]) =>
    b.emit('ScatterND', [tensor, b.cast(indices, 'int64'), updates]),
  UnsortedSegmentSum: (b, node, [x, ids]) => {
    const rank = b.value(node.inputs[1]).shape.length;
    return scatterInto(b, node, b.emit('Unsqueeze', [b.cast(ids, 'int64'), b.int64s([rank])]), x);
  },
};
