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

/** As float32, then cast: runtimes have few other combinations of types. */
function oneHot(b: OnnxBuilder, { attrs, outputs }: GraphNode, [indices]: readonly string[]): string {
  const { dtype } = b.value(outputs[0]);
  const values = b.floats([(attrs.offValue as number | undefined) ?? 0, (attrs.onValue as number | undefined) ?? 1]);
  const depth = b.scalar(attrs.depth as number, 'int64');
  const places = b.cast(indices, 'int64');
  // ONNX counts negative indices from the end; tfjs sets nothing for them, as for those that are too large.
  const known = b.emit('Where', [b.emit('Less', [places, b.scalar(0, 'int64')]), depth, places]);
  const hot = b.emit('OneHot', [known, depth, values], { axis: -1 });
  return dtype === 'float32' ? hot : b.cast(hot, dtype);
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
