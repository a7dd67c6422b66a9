import { slice_util } from '@tensorflow/tfjs-core';
import { dimAt } from '../graph/dims';
import type { Dim } from '../graph/dims';
import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { LoweringTable } from './lowering';

/** Before the first index of any axis, as a negative number. */
const FAR = Number.MAX_SAFE_INTEGER;

/** Two batch sizes, from which numbers that follow the batch size are found. */
const SIZES = [7, 11] as const;

type Info = Pick<ReturnType<typeof slice_util.sliceInfo>, 'begin' | 'end' | 'strides'>;

/** Begin, end and stride of every axis of the input for a batch of B rows; masks and negative indices are resolved. */
function infoAt(B: number, node: GraphNode, from: readonly Dim[]): Info {
  const numbers = (name: string): number[] => (node.attrs[name] as readonly Dim[]).map((dim) => dimAt(dim, B));
  const mask = (name: string): number => (node.attrs[name] as number | undefined) ?? 0;
  const strides = node.attrs.strides === undefined ? (undefined as never) : numbers('strides');
  return slice_util.sliceInfo(from.map((dim) => dimAt(dim, B)), numbers('begin'), numbers('end'), strides, mask('beginMask'), mask('endMask'), mask('ellipsisMask'), mask('newAxisMask'), mask('shrinkAxisMask')); // prettier-ignore
}

function follows([first, second]: readonly number[]): Dim {
  if (first === second) return first;
  const times = (second - first) / (SIZES[1] - SIZES[0]);
  return { times, plus: first - times * SIZES[0] };
}

function stridedSlice(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  const from = b.value(node.inputs[0]).shape;
  const infos = SIZES.map((B) => infoAt(B, node, from));
  const { strides } = infos[0];
  const axes = from.map((_, axis) => axis);
  const begin = axes.map((axis) => follows(infos.map((info) => info.begin[axis])));
  const end = axes.map((axis) => follows(infos.map((info) => info.end[axis])));
  // The sizes of what is cut out follow from begin, end and stride; masked axes are dropped or added by the reshape.
  const sizes = axes.map((axis) => follows(infos.map((info) => lengthOf(info, axis))));
  const empty = axes.map((axis) => sizes[axis] === 0);
  const starts = begin.map((start, axis) => (empty[axis] ? 0 : start));
  const ends = end.map((stop, axis) => (empty[axis] ? 0 : strides[axis] < 0 && stop === -1 ? -FAR : stop));
  const steps = strides.map((step, axis) => (empty[axis] ? 1 : step));
  const cut = from.length === 0 ? x : b.emit('Slice', [x, b.shape(starts), b.shape(ends), b.int64s(axes), b.int64s(steps)]); // prettier-ignore
  const result = b.reshape(cut, sizes, b.value(node.outputs[0]).shape);
  return result === x ? b.emit('Identity', [x]) : result;
}

function lengthOf({ begin, end, strides }: Info, axis: number): number {
  return Math.max(0, Math.ceil((end[axis] - begin[axis]) / strides[axis]));
}

/** Slices with steps, masks, new and dropped axes. */
export const stridedSliceLowerings: LoweringTable = { StridedSlice: stridedSlice };
