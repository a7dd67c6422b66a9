import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { numberAttr, numbersAttr } from './kernel';
import type { KernelTable, RecordedKernel, TensorSpec } from './kernel';

function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function inserted(shape: readonly number[], at: number, dim: number): number[] {
  return [...shape.slice(0, at), dim, ...shape.slice(at)];
}

const padded: RecordedKernel = {
  inputs: ['x'],
  infer: ([x], { paddings }) => {
    const pairs = paddings as unknown as readonly (readonly [number, number])[];
    return [{ shape: x.shape.map((dim, i) => dim + pairs[i][0] + pairs[i][1]), dtype: x.dtype }];
  },
};

function concatenated(inputs: readonly TensorSpec[], axis: number): TensorSpec {
  const at = axisOf(axis, inputs[0].shape.length);
  backend_util.assertParamsConsistent(inputs.map(({ shape }) => [...shape]), at); // prettier-ignore
  const total = inputs.reduce((sum, { shape }) => sum + shape[at], 0);
  return { shape: inputs[0].shape.map((dim, i) => (i === at ? total : dim)), dtype: inputs[0].dtype };
}

/** Kernels that move, cut and repeat elements. */
export const shapeKernels: KernelTable = {
  Reshape: {
    inputs: ['x'],
    infer: ([x], attrs) => {
      const shape = util.inferFromImplicitShape([...numbersAttr(attrs, 'shape')], util.sizeFromShape([...x.shape]));
      return [{ shape, dtype: x.dtype }];
    },
  },
  ExpandDims: {
    inputs: ['input'],
    infer: ([x], attrs) => [
      { shape: inserted(x.shape, axisOf(numberAttr(attrs, 'dim'), x.shape.length + 1), 1), dtype: x.dtype },
    ],
  },
  Transpose: {
    inputs: ['x'],
    infer: ([x], attrs) => [{ shape: numbersAttr(attrs, 'perm').map((axis) => x.shape[axis]), dtype: x.dtype }],
  },
  Tile: {
    inputs: ['x'],
    infer: ([x], attrs) => [{ shape: x.shape.map((dim, i) => dim * numbersAttr(attrs, 'reps')[i]), dtype: x.dtype }],
  },
  BroadcastTo: {
    inputs: ['x'],
    infer: ([x], attrs) => [{ shape: numbersAttr(attrs, 'shape'), dtype: x.dtype }],
  },
  Concat: { inputs: 'list', infer: (inputs, attrs) => [concatenated(inputs, numberAttr(attrs, 'axis'))] },
  Pack: {
    inputs: 'list',
    infer: (inputs, attrs) => {
      const at = axisOf(numberAttr(attrs, 'axis'), inputs[0].shape.length + 1);
      return [{ shape: inserted(inputs[0].shape, at, inputs.length), dtype: inputs[0].dtype }];
    },
  },
  Unpack: {
    inputs: ['value'],
    infer: ([x], attrs) => {
      const at = axisOf(numberAttr(attrs, 'axis'), x.shape.length);
      const part = { shape: x.shape.filter((_, i) => i !== at), dtype: x.dtype };
      return Array.from({ length: x.shape[at] }, () => part);
    },
  },
  SplitV: {
    inputs: ['x'],
    infer: ([x], attrs) => {
      const at = axisOf(numberAttr(attrs, 'axis'), x.shape.length);
      const wanted = attrs.numOrSizeSplits as number | number[];
      const sizes = backend_util.prepareSplitSize({ shape: [...x.shape] } as never, wanted, at);
      return sizes.map((size) => ({ shape: x.shape.map((dim, i) => (i === at ? size : dim)), dtype: x.dtype }));
    },
  },
  Slice: {
    inputs: ['x'],
    infer: ([x], { begin, size }) => {
      const [, sizes] = slice_util.parseSliceParams(
        { shape: [...x.shape] } as never,
        begin as number[],
        size as number[],
      );
      return [{ shape: sizes, dtype: x.dtype }];
    },
  },
  StridedSlice: {
    inputs: ['x'],
    infer: ([x], attrs) => {
      const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs as never;
      const { finalShape } = slice_util.sliceInfo([...x.shape], begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask); // prettier-ignore
      return [{ shape: finalShape, dtype: x.dtype }];
    },
  },
  Reverse: { inputs: ['x'], infer: ([x]) => [x] },
  PadV2: padded,
  MirrorPad: padded,
};
