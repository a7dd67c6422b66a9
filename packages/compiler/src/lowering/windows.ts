import type { Dim } from '../graph/dims';
import type { GraphNode } from '../graph/graph';
import { convWindows } from '../record/kernels/windows';
import type { Windows } from '../record/kernels/windows';
import type { OnnxBuilder } from './builder';
import { unsupportedNode } from './unsupported-node';

/** Windows over spatial axes as ONNX's attributes tell them. */
export interface Geometry {
  readonly rank: number;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  /** Padding behind each axis that the last window needs. */
  readonly end: readonly number[];
  /** Lengths of the spatial axes before and after. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly channelsFirst: boolean;
}

/** A shape for which only the batch size may stay open, with 1 in its place: the geometry does not depend on it. */
export function withoutBatch(node: GraphNode, [, ...rest]: readonly Dim[]): readonly number[] {
  if (rest.every((dim) => typeof dim === 'number')) return [1, ...rest];
  throw unsupportedNode(node, 'an open batch size and fixed other lengths', 'a length that follows the batch size');
}

/** The geometry of windows of these lengths over `from`, a shape with batch and channels. */
export function geometryOf(
  node: GraphNode,
  windows: Windows,
  from: readonly number[],
  kernel: readonly number[],
): Geometry {
  // tfjs lets windows of volumes begin inside, for 'same' with strides longer than the window.
  if (windows.begin.some((length) => length < 0)) {
    throw unsupportedNode(node, 'strides that the window covers', windows.strides.join(' x '));
  }
  const spatial = (shape: readonly number[]): readonly number[] =>
    windows.channelsFirst ? shape.slice(2) : shape.slice(1, -1);
  const [lengths, to] = [spatial(from), spatial(windows.outShape)];
  const { begin, strides, dilations, channelsFirst } = windows;
  const end = to.map((n, i) => Math.max(0, (n - 1) * strides[i] + reach(kernel[i], dilations[i]) - lengths[i] - begin[i])); // prettier-ignore
  return { rank: kernel.length, kernel, strides, dilations, begin, end, from: lengths, to, channelsFirst };
}

/** The geometry of a convolution. `x` and `filter` are shapes. */
export function convGeometry(node: GraphNode, x: readonly Dim[], filter: readonly Dim[], depthwise: boolean): Geometry {
  const from = withoutBatch(node, x);
  const sizes = filter as readonly number[];
  return geometryOf(node, convWindows(from, sizes, node.attrs, depthwise), from, sizes.slice(0, -2));
}

/** How many elements a window with gaps spans. */
export function reach(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/** The attributes of `Conv`, `MaxPool` and their relatives. */
export function windowAttrs({
  kernel,
  strides,
  dilations,
  begin,
  end,
}: Geometry): Readonly<Record<string, readonly number[]>> {
  // prettier-ignore
  return { kernel_shape: kernel, strides, dilations, pads: [...begin, ...end] };
}

/** `[B, ..., C] -> [B, C, ...]`, ONNX's order, of tensors that are not in it already. */
export function toChannelsFirst(b: OnnxBuilder, { rank, channelsFirst }: Geometry, x: string): string {
  const perm = [0, rank + 1, ...Array.from({ length: rank }, (_, i) => i + 1)];
  return channelsFirst ? x : b.emit('Transpose', [x], { perm });
}

/** `[B, C, ...] -> [B, ..., C]` where tfjs has channels last. */
export function fromChannelsFirst(b: OnnxBuilder, { rank, channelsFirst }: Geometry, x: string): string {
  const perm = [0, ...Array.from({ length: rank }, (_, i) => i + 2), 1];
  return channelsFirst ? x : b.emit('Transpose', [x], { perm });
}

/**
 * For every element of a window what it sees at each place: pieces `[B, ...to, C]` of `x [B, ...from, C]`, in the order of the filter's
 * elements.
 */
export function taps(b: OnnxBuilder, geometry: Geometry, x: string): readonly string[] {
  const { rank, kernel, strides, dilations, begin, end, to } = geometry;
  const pads = [0, ...begin, 0, 0, ...end, 0];
  const padded = pads.some((pad) => pad > 0) ? b.emit('Pad', [x, b.int64s(pads)], { mode: 'constant' }) : x;
  const axes = b.int64s(Array.from({ length: rank }, (_, i) => i + 1));
  return positions(kernel).map((position) => {
    const starts = position.map((k, i) => k * dilations[i]);
    const ends = starts.map((start, i) => start + (to[i] - 1) * strides[i] + 1);
    return b.emit('Slice', [padded, b.int64s(starts), b.int64s(ends), axes, b.int64s(strides)]);
  });
}

/** All positions in a window, the last axis fastest. */
function positions(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (lists, length) => lists.flatMap((list) => Array.from({ length }, (_, k) => [...list, k])),
    [[]],
  );
}
