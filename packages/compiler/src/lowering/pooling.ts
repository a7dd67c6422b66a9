import { sizeOf } from '../graph/dims';
import type { GraphNode, ValueId } from '../graph/graph';
import { poolSize, poolWindows } from '../record/kernels/windows';
import type { OnnxBuilder } from './builder';
import type { Lowering, LoweringTable } from './lowering';
import { fromChannelsFirst, geometryOf, toChannelsFirst, windowAttrs, withoutBatch } from './windows';
import type { Geometry } from './windows';

function geometry(b: OnnxBuilder, node: GraphNode, x: ValueId): Geometry {
  const from = withoutBatch(node, b.value(x).shape);
  return geometryOf(node, poolWindows(from, node.attrs), from, poolSize(node.attrs, from.length - 2));
}

function pooling(opType: 'MaxPool' | 'AveragePool'): Lowering {
  return (b, node, [x]) => {
    const windows = geometry(b, node, node.inputs[0]);
    const { dilations, ...attrs } = windowAttrs(windows);
    // AveragePool has no dilations before operator set 19, and tfjs averages without any.
    const all = opType === 'MaxPool' ? { ...attrs, dilations } : { ...attrs, count_include_pad: 0 };
    return fromChannelsFirst(b, windows, b.emit(opType, [toChannelsFirst(b, windows, x)], all));
  };
}

/** The gradient of each window goes to the place of its largest element, the first of equal ones. */
function ofLargest(b: OnnxBuilder, node: GraphNode, [dy, x]: readonly string[]): string {
  const windows = geometry(b, node, node.inputs[1]);
  const { shape } = b.value(node.inputs[1]);
  const [, places] = b.emitAll('MaxPool', [toChannelsFirst(b, windows, x)], 2, windowAttrs(windows));
  const flat = (input: string): string => b.emit('Reshape', [input, b.int64s([-1])]);
  const zeros = b.emit('Expand', [b.scalar(0, 'float32'), b.shape([sizeOf(shape)!])]);
  const updates = flat(toChannelsFirst(b, windows, dy));
  const summed = b.emit('ScatterElements', [zeros, flat(places), updates], { axis: 0, reduction: 'add' });
  const channelsFirst = [shape[0], shape.at(-1)!, ...shape.slice(1, -1)];
  return fromChannelsFirst(b, windows, b.emit('Reshape', [summed, b.shape(channelsFirst)]));
}

/** As tfjs's kernel: an equal part of the gradient for every element of a window, those outside the image included. */
function ofAverage(b: OnnxBuilder, node: GraphNode, [dy]: readonly string[]): string {
  const windows = geometry(b, node, node.inputs[1]);
  const { kernel, strides, begin, end, from, to } = windows;
  const channels = b.value(node.inputs[1]).shape.at(-1) as number;
  const part = 1 / kernel.reduce((size, length) => size * length, 1);
  const parts = b.emit('Expand', [b.scalar(part, 'float32'), b.int64s([channels, 1, ...kernel])]);
  const rest = from.map((n, i) => n + begin[i] + end[i] - (to[i] - 1) * strides[i] - kernel[i]);
  const attrs = { ...windowAttrs(windows), output_padding: rest, group: channels };
  return fromChannelsFirst(b, windows, b.emit('ConvTranspose', [toChannelsFirst(b, windows, dy), parts], attrs));
}

/** Poolings and their gradients. */
export const poolingLowerings: LoweringTable = {
  MaxPool: pooling('MaxPool'),
  MaxPoolGrad: ofLargest,
  AvgPool: pooling('AveragePool'),
  AvgPoolGrad: ofAverage,
  MaxPool3D: pooling('MaxPool'),
  MaxPool3DGrad: ofLargest,
  AvgPool3D: pooling('AveragePool'),
  AvgPool3DGrad: ofAverage,
};
