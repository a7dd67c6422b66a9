import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { Lowering, LoweringTable } from './lowering';
import { convGeometry, fromChannelsFirst, reach, taps, toChannelsFirst, windowAttrs } from './windows';
import type { Geometry } from './windows';

/** `[...window, in, out]` to ONNX's `[out, in, ...window]`; a filter for each channel `[..., C, M]` to `[C M, 1, ...]`. */
function weights(b: OnnxBuilder, filter: string, shape: readonly number[], depthwise: boolean): string {
  const rank = shape.length - 2;
  const window = Array.from({ length: rank }, (_, i) => i);
  if (!depthwise) return b.emit('Transpose', [filter], { perm: [rank + 1, rank, ...window] });
  const byChannel = b.emit('Transpose', [filter], { perm: [rank, rank + 1, ...window] });
  return b.emit('Reshape', [byChannel, b.int64s([shape[rank] * shape[rank + 1], 1, ...shape.slice(0, rank)])]);
}

function shapeOf(b: OnnxBuilder, id: number): readonly number[] {
  return b.value(id).shape as readonly number[];
}

function forward(depthwise: boolean): Lowering {
  return (b, node, [x, filter]) => {
    const filterShape = shapeOf(b, node.inputs[1]);
    const geometry = convGeometry(node, b.value(node.inputs[0]).shape, filterShape, depthwise);
    if (!depthwise && isPointwise(geometry)) {
      return b.emit('MatMul', [x, b.emit('Reshape', [filter, b.int64s(filterShape.slice(-2))])]);
    }
    const group = depthwise ? filterShape[geometry.rank] : 1;
    const inputs = [toChannelsFirst(b, geometry, x), weights(b, filter, filterShape, depthwise)];
    return fromChannelsFirst(b, geometry, b.emit('Conv', inputs, { ...windowAttrs(geometry), group }));
  };
}

/** A window of one element that sees every place is a product of matrices. */
function isPointwise({ kernel, strides, begin, end, channelsFirst }: Geometry): boolean {
  return !channelsFirst && [...kernel, ...strides].every((n) => n === 1) && [...begin, ...end].every((n) => n === 0);
}

function ofInput(depthwise: boolean): Lowering {
  return (b, node, [dy, filter]) => {
    const filterShape = shapeOf(b, node.inputs[1]);
    const geometry = convGeometry(node, b.value(node.outputs[0]).shape, filterShape, depthwise);
    const { kernel, dilations, strides, begin, end, from, to } = geometry;
    const rest = from.map((n, i) => n + begin[i] + end[i] - (to[i] - 1) * strides[i] - reach(kernel[i], dilations[i]));
    const group = depthwise ? filterShape[geometry.rank] : 1;
    const inputs = [toChannelsFirst(b, geometry, dy), weights(b, filter, filterShape, depthwise)];
    return fromChannelsFirst(b, geometry, b.emit('ConvTranspose', inputs, { ...windowAttrs(geometry), output_padding: rest, group })); // prettier-ignore
  };
}

/** What every element of the filter saw, times the gradient: one product of matrices over all places of all rows. */
function ofFilter(b: OnnxBuilder, node: GraphNode, [x, dy]: readonly string[]): string {
  const filterShape = shapeOf(b, node.outputs[0]);
  const geometry = convGeometry(node, b.value(node.inputs[0]).shape, filterShape, false);
  const [channelsIn, channelsOut] = filterShape.slice(-2);
  const pieces = taps(b, geometry, channelsLast(b, geometry, x));
  const seen = pieces.length === 1 ? pieces[0] : b.emit('Concat', pieces, { axis: geometry.rank + 1 });
  const rows = b.emit('Reshape', [seen, b.int64s([-1, pieces.length * channelsIn])]);
  const gradient = b.emit('Reshape', [channelsLast(b, geometry, dy), b.int64s([-1, channelsOut])]);
  const product = b.emit('Gemm', [rows, gradient], { transA: 1 });
  return b.emit('Reshape', [product, b.int64s(filterShape)]);
}

/** The filters of a channel see that channel only: products of elements, summed over all places of all rows. */
function ofChannelFilter(b: OnnxBuilder, node: GraphNode, [x, dy]: readonly string[]): string {
  const filterShape = shapeOf(b, node.outputs[0]);
  const geometry = convGeometry(node, b.value(node.inputs[0]).shape, filterShape, true);
  const [channels, multiplier] = filterShape.slice(-2);
  const rowsOf = (piece: string, width: number): string => b.emit('Reshape', [piece, b.int64s([-1, channels, width])]);
  const gradient = rowsOf(channelsLast(b, geometry, dy), multiplier);
  const sums = taps(b, geometry, channelsLast(b, geometry, x)).map((piece) =>
    b.emit('ReduceSum', [b.emit('Mul', [rowsOf(piece, 1), gradient]), b.int64s([0])], { keepdims: 1 }),
  );
  const all = sums.length === 1 ? sums[0] : b.emit('Concat', sums, { axis: 0 });
  return b.emit('Reshape', [all, b.int64s(filterShape)]);
}

function channelsLast(b: OnnxBuilder, geometry: Geometry, x: string): string {
  return geometry.channelsFirst ? fromChannelsFirst(b, { ...geometry, channelsFirst: false }, x) : x;
}

/** Convolutions and their gradients. */
export const convolutionLowerings: LoweringTable = {
  Conv2D: forward(false),
  Conv2DBackpropInput: ofInput(false),
  Conv2DBackpropFilter: ofFilter,
  DepthwiseConv2dNative: forward(true),
  DepthwiseConv2dNativeBackpropInput: ofInput(true),
  DepthwiseConv2dNativeBackpropFilter: ofChannelFilter,
  Conv3D: forward(false),
  Conv3DBackpropInputV2: ofInput(false),
  Conv3DBackpropFilterV2: ofFilter,
};
