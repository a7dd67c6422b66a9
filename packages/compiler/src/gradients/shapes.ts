import { add, concat, pad, reshape, reverse, slice, slice_util, stack, sum } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

type Paddings = readonly (readonly [number, number])[];

/** Gradients to every `stride`-th place of an axis of zeros, the first at `start`. */
function spread(dy: Tensor, axis: number, start: number, stride: number, length: number): Tensor {
  const around = (tensor: Tensor, at: number, before: number, after: number): Tensor =>
    pad(tensor, tensor.shape.map((_, i): [number, number] => (i === at ? [before, after] : [0, 0]))); // prettier-ignore
  const { shape } = dy;
  const numPlaces = shape[axis];
  if (stride === 1) return around(dy, axis, start, length - start - numPlaces);
  const cells = reshape(dy, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const gaps = reshape(around(cells, axis + 1, 0, stride - 1), shape.map((dim, i) => (i === axis ? dim * stride : dim))); // prettier-ignore
  const room = length - start;
  const size = gaps.shape.map((dim, i) => (i === axis ? Math.min(dim, room) : dim));
  const fitting = slice(gaps, gaps.shape.map(() => 0), size); // prettier-ignore
  return around(fitting, axis, start, room - size[axis]);
}

/** What was taken goes back to its place; everything else has no gradient. Axes taken backwards are turned first. */
const stridedSlice = gradient('StridedSlice', ['x'], (dy, [x], attrs) => {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs as never;
  const info = slice_util.sliceInfo(x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask); // prettier-ignore
  const sizes = x.shape.map((_, axis) => Math.max(0, Math.ceil((info.end[axis] - info.begin[axis]) / info.strides[axis]))); // prettier-ignore
  return {
    x: () =>
      x.shape.reduce(
        (dx: Tensor, length, axis) => {
          const stride = info.strides[axis];
          if (sizes[axis] === 0) return spread(dx, axis, 0, 1, length);
          if (stride > 0) return spread(dx, axis, info.begin[axis], stride, length);
          const lowest = info.begin[axis] + (sizes[axis] - 1) * stride;
          return spread(reverse(dx, axis), axis, lowest, -stride, length);
        },
        reshape(dy, sizes),
      ),
  };
});

/** An element gets the gradients of its mirror images too. */
const mirrorPad = gradient('MirrorPad', ['x'], (dy, [x], attrs) => {
  const offset = attrs.mode === 'reflect' ? 1 : 0;
  return { x: () => x.shape.reduce((dx, length, axis) => folded(dx, axis, length, (attrs.paddings as unknown as Paddings)[axis], offset), dy) }; // prettier-ignore
});

/** Adds both margins of an axis, mirrored, to what they are images of. With `offset` 1 the edge is no image. */
function folded(
  dy: Tensor,
  axis: number,
  length: number,
  [before, after]: readonly [number, number],
  offset: number,
): Tensor {
  // prettier-ignore
  const part = (start: number, size: number): Tensor =>
    slice(dy, dy.shape.map((_, i) => (i === axis ? start : 0)), dy.shape.map((dim, i) => (i === axis ? size : dim))); // prettier-ignore
  const inside = part(before, length);
  const front = before === 0 ? undefined : spread(reverse(part(0, before), axis), axis, offset, 1, length);
  const back = after === 0 ? undefined : spread(reverse(part(before + length, after), axis), axis, length - after - offset, 1, length); // prettier-ignore
  const images = [front, back].filter((image) => image !== undefined);
  return images.reduce((sumSoFar: Tensor, image) => add(sumSoFar, image), inside);
}

/** The sum over all copies: one reduction for any rank, where tfjs adds slice by slice up to rank 4. */
const tile = gradient('Tile', ['x'], (dy, [x], { reps }) => ({
  x: () => {
    const repeated = (reps as number[]).flatMap((times, axis) => (times === 1 ? [x.shape[axis]] : [times, x.shape[axis]])); // prettier-ignore
    const axes: number[] = [];
    (reps as number[]).reduce((at, times) => (times === 1 ? at + 1 : (axes.push(at), at + 2)), 0);
    return axes.length === 0 ? dy.clone() : sum(reshape(dy, repeated), axes);
  },
}));

/** tfjs hands over the gradient of a single part bare, and then fails to join it. */
function listOf(dys: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(dys) ? dys : [dys];
}

const split = gradient('SplitV', [], (dy, _, { axis }) => ({ x: () => concat(listOf(dy), axis as number) })); // prettier-ignore
const unpack = gradient('Unpack', [], (dy, _, { axis }) => ({ value: () => stack(listOf(dy), axis as number) })); // prettier-ignore

/** What cuts, mirrors and repeats. */
export const shapeGradients: readonly Gradient[] = [stridedSlice, mirrorPad, tile, split, unpack];
