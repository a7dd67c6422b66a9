import { engine, mul, pad, reshape, slice, stridedSlice, tensor, util } from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import { poolSize, poolWindows } from '../record/kernels/windows';
import type { Windows } from '../record/kernels/windows';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** How many elements each window sees inside the image, `[1, ...places, 1]`. */
function counts(from: readonly number[], windows: Windows, kernel: readonly number[]): Tensor {
  const places = windows.outShape.slice(1, -1);
  const along = places.map((length, i) =>
    Array.from({ length }, (_, place) => {
      const start = place * windows.strides[i] - windows.begin[i];
      return Math.min(start + kernel[i], from[i + 1]) - Math.max(start, 0);
    }),
  );
  const all = along.reduce<readonly number[]>((sizes, lengths) => sizes.flatMap((size) => lengths.map((length) => size * length)), [1]); // prettier-ignore
  const whole = kernel.reduce((size, length) => size * length, 1);
  return tensor(all.map((count) => whole / count), [1, ...places, 1]); // prettier-ignore
}

/** tfjs's kernel divides by the size of the whole window, also at an edge where the average was of fewer elements. */
function average(kernelName: string): Gradient {
  return gradient(kernelName, ['x'], (dy, [x], attrs) => {
    const windows = poolWindows(x.shape, attrs as never);
    const kernel = poolSize(attrs as never, x.rank - 2);
    const scaled = (): Tensor => mul(dy, counts(x.shape, windows, kernel));
    return { x: () => engine().runKernel<Tensor>(`${kernelName}Grad`, { dy: scaled(), input: x }, attrs) };
  });
}

/** As tfjs's, which forgets the rounding of the number of windows. */
const largest: Gradient = {
  kernelName: 'MaxPool',
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, [x, y], attrs) => ({
    x: () => engine().runKernel<Tensor>('MaxPoolGrad', { dy: dy as Tensor, input: x, output: y }, attrs),
  }),
};

function dilationsOf({ dilations }: NamedAttrMap): readonly [number, number] {
  if (dilations === undefined || dilations === null) return [1, 1];
  return typeof dilations === 'number' ? [dilations, dilations] : (dilations as [number, number]);
}

/** A filter with zeros in its gaps, `[h, w, ...] -> [(h - 1) d + 1, (w - 1) d + 1, ...]`: the same convolution without gaps. */
function dilated(filter: Tensor, dilations: readonly [number, number]): Tensor {
  return dilations.reduce((wide, dilation, axis) => {
    if (dilation === 1 || wide.shape[axis] === 1) return wide;
    const { shape } = wide;
    const cells = reshape(wide, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
    const padded = pad(cells, cells.shape.map((_, i): [number, number] => (i === axis + 1 ? [0, dilation - 1] : [0, 0]))); // prettier-ignore
    const gaps = reshape(padded, shape.map((dim, i) => (i === axis ? dim * dilation : dim))); // prettier-ignore
    return slice(gaps, shape.map(() => 0), shape.map((dim, i) => (i === axis ? (dim - 1) * dilation + 1 : dim))); // prettier-ignore
  }, filter);
}

/** The gradients of a convolution with gaps are those of the wide filter; of its elements only the real ones count. */
function convolution(kernelName: string, ofInput: string, ofFilter: string): Gradient {
  return gradient(kernelName, ['x', 'filter'], (dy, [x, filter], attrs) => {
    const gaps = dilationsOf(attrs);
    const own = { ...attrs, dilations: [1, 1] };
    const wide = (): Tensor => dilated(filter, gaps);
    return {
      x: () => engine().runKernel<Tensor>(ofInput, { dy, filter: wide() }, { ...own, inputShape: x.shape }),
      filter: () => {
        const filterShape = filter.shape.map((dim, i) => (i < 2 ? (dim - 1) * gaps[i] + 1 : dim));
        const whole = engine().runKernel<Tensor>(ofFilter, { x, dy }, { ...own, filterShape });
        if (util.arraysEqual(filterShape, filter.shape)) return whole;
        return stridedSlice(whole, [0, 0, 0, 0], filterShape, [...gaps, 1, 1]);
      },
    };
  });
}

/** Poolings and convolutions: averages at edges, rounding modes, and windows with gaps, which tfjs refuses to differentiate. */
export const windowGradients: readonly Gradient[] = [
  average('AvgPool'),
  average('AvgPool3D'),
  largest,
  convolution('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'),
  convolution('DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'),
];
