import { dimAt } from '../graph/dims';
import type { Dim } from '../graph/dims';
import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { Lowering, LoweringTable } from './lowering';
import { unsupportedNode } from './unsupported-node';

/** An index beyond the end of any axis: "to the end". */
const END = Number.MAX_SAFE_INTEGER;

const reshape: Lowering = (b, node, [x]) => b.reshape(x, b.value(node.inputs[0]).shape, b.value(node.outputs[0]).shape);

function axisOf({ attrs }: GraphNode, rank: number): number {
  const axis = attrs.axis as number;
  return axis < 0 ? axis + rank : axis;
}

function slice(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  const named = [node.attrs.begin as Dim | readonly Dim[]].flat() as readonly Dim[];
  const from = b.value(node.inputs[0]).shape;
  const begin = from.map((_, axis) => named[axis] ?? 0); // axes that are not named are taken whole
  const to = b.value(node.outputs[0]).shape;
  const cut = begin.map((_, axis) => axis).filter((axis) => begin[axis] !== 0 || !sameLength(from[axis], to[axis]));
  if (cut.length === 0) return b.emit('Identity', [x]);
  const ends = cut.map((axis) => (toEnd(from[axis], begin[axis], to[axis]) ? END : plus(begin[axis], to[axis])));
  return b.emit('Slice', [x, b.shape(cut.map((axis) => begin[axis])), b.shape(ends), b.int64s(cut)]);
}

function sameLength(a: Dim, b: Dim): boolean {
  return dimAt(a, 7) === dimAt(b, 7) && dimAt(a, 11) === dimAt(b, 11);
}

function toEnd(from: Dim, begin: Dim, size: Dim): boolean {
  return sameLength(plus(begin, size), from);
}

function plus(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const parts = [a, b].map((dim) => (typeof dim === 'number' ? { times: 0, plus: dim } : dim));
  return { times: parts[0].times + parts[1].times, plus: parts[0].plus + parts[1].plus };
}

function tile(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  const from = b.value(node.inputs[0]).shape;
  const reps = node.attrs.reps as readonly Dim[];
  const stretches = from.every((dim, i) => dim === 1 || reps[i] === 1);
  return stretches
    ? b.emit('Expand', [x, b.shape(b.value(node.outputs[0]).shape)])
    : b.emit('Tile', [x, b.shape(reps)]);
}

function split(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): readonly string[] {
  const axis = axisOf(node, b.value(node.inputs[0]).shape.length);
  if (node.outputs.length === 1) return [b.emit('Identity', [x])];
  const sizes = node.outputs.map((output) => b.value(output).shape[axis]);
  return b.emitAll('Split', [x, b.shape(sizes)], sizes.length, { axis });
}

function unpack(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): readonly string[] {
  const axis = axisOf(node, b.value(node.inputs[0]).shape.length);
  const cut = b.value(node.inputs[0]).shape.map((dim, i) => (i === axis ? 1 : dim));
  const parts = node.outputs.length === 1 ? [x] : b.emitAll('Split', [x], node.outputs.length, { axis });
  return parts.map((part, i) => b.reshape(part, cut, b.value(node.outputs[i]).shape));
}

const pad: Lowering = (b, node, [x]) => {
  const value = b.scalar((node.attrs.constantValue as number | undefined) ?? 0, b.value(node.inputs[0]).dtype);
  return b.emit('Pad', [x, pads(b, node), value], { mode: 'constant' });
};

function pads(b: OnnxBuilder, { attrs }: GraphNode): string {
  const pairs = attrs.paddings as Paddings;
  return b.int64s([...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)]);
}

type Paddings = readonly (readonly [before: number, after: number])[];

/** ONNX reflects around the outermost elements; with the outermost ones repeated, each axis is looked up by index. */
const mirrorPad: Lowering = (b, node, [x]) => {
  if (node.attrs.mode === 'reflect') return b.emit('Pad', [x, pads(b, node)], { mode: 'reflect' });
  const { shape } = b.value(node.inputs[0]);
  return (node.attrs.paddings as Paddings).reduce(
    (padded, [before, after], axis) => {
      if (before === 0 && after === 0) return padded;
      const length = shape[axis];
      if (typeof length !== 'number') {
        throw unsupportedNode(node, 'axes of known length', 'one that follows the batch size');
      }
      const places = Array.from({ length: before + length + after }, (_, i) => mirrored(i - before, length));
      return b.emit('Gather', [padded, b.int64s(places)], { axis });
    },
    b.emit('Identity', [x]),
  );
};

/** The index that a place outside is an image of. */
function mirrored(place: number, length: number): number {
  if (place < 0) return -place - 1;
  return place < length ? place : 2 * length - 1 - place;
}

function reverse(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  const rank = b.value(node.inputs[0]).shape.length;
  const dims = (node.attrs.dims ?? Array.from({ length: rank }, (_, axis) => axis)) as number | readonly number[];
  const axes = [dims].flat().map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.length === 0) return b.emit('Identity', [x]);
  const all = (value: number): string => b.int64s(axes.map(() => value));
  return b.emit('Slice', [x, all(-1), all(-END), b.int64s(axes), all(-1)]);
}

/** What moves, cuts and repeats elements. */
export const shapeLowerings: LoweringTable = {
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: (b, { attrs }, [x]) => b.emit('Transpose', [x], { perm: attrs.perm as readonly number[] }),
  Tile: tile,
  BroadcastTo: (b, node, [x]) => b.emit('Expand', [x, b.shape(b.value(node.outputs[0]).shape)]),
  Concat: (b, node, inputs) => b.emit('Concat', inputs, { axis: axisOf(node, b.value(node.inputs[0]).shape.length) }),
  Pack: (b, node, inputs) => {
    const { shape } = b.value(node.outputs[0]);
    const axis = axisOf(node, shape.length);
    const slot = shape.map((dim, i) => (i === axis ? 1 : dim));
    const parts = inputs.map((input, i) => b.reshape(input, b.value(node.inputs[i]).shape, slot));
    return b.emit('Concat', parts, { axis });
  },
  Unpack: unpack,
  SplitV: split,
  Slice: slice,
  Reverse: reverse,
  PadV2: pad,
  MirrorPad: mirrorPad,
};
