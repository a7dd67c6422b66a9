import { backend_util } from '@tensorflow/tfjs-core';
import { numbersAttr } from './kernel';
import type { KernelAttrs, KernelTable, RecordedKernel, TensorSpec } from './kernel';

type Pair = [number, number];
type Triple = [number, number, number];
type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

/** What the attributes of tfjs's convolutions and poolings may hold; the type of a graph's attributes is wider. */
interface WindowAttrs {
  readonly filterSize: number | Pair;
  readonly strides: number | Pair;
  readonly dilations?: number | Pair | null;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW';
}

/** How windows lie over the spatial axes of an image (or a sequence, or a volume). */
export interface Windows {
  readonly outShape: readonly number[];
  /** Padding in front of each spatial axis. */
  readonly begin: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly channelsFirst: boolean;
}

/** Windows of a convolution over `x`, with a filter `[...window, channels in, channels out]` of 2 or 3 spatial axes. */
export function convWindows(
  x: readonly number[],
  filter: readonly number[],
  attrs: KernelAttrs,
  depthwise = false,
): Windows {
  const { strides, pad, dimRoundingMode, dataFormat, dilations: named } = attrs as unknown as WindowAttrs;
  const dilations = named ?? 1; // layers say null
  const channelsFirst = dataFormat === 'NCHW' || dataFormat === 'NCDHW';
  const format = channelsFirst ? 'channelsFirst' : 'channelsLast';
  if (x.length === 5) return ofVolume(backend_util.computeConv3DInfo(x as Shape5, filter as Shape5, strides as never, dilations as never, pad, depthwise, format, dimRoundingMode), channelsFirst); // prettier-ignore
  return ofImage(backend_util.computeConv2DInfo(x as Shape4, filter as Shape4, strides, dilations, pad, dimRoundingMode, depthwise, format), channelsFirst); // prettier-ignore
}

/** Windows of a pooling over `x [B, ..., C]` of 2 or 3 spatial axes. */
export function poolWindows(x: readonly number[], attrs: KernelAttrs): Windows {
  const { filterSize, strides, dilations: named, pad, dimRoundingMode } = attrs as unknown as WindowAttrs;
  const dilations = named ?? 1;
  if (x.length === 5) return ofVolume(backend_util.computePool3DInfo(x as Shape5, filterSize as never, strides as never, dilations as never, pad, dimRoundingMode), false); // prettier-ignore
  return ofImage(backend_util.computePool2DInfo(x as Shape4, filterSize, strides, dilations, pad, dimRoundingMode), false); // prettier-ignore
}

/** Lengths of a pooling's window along each of `rank` spatial axes. */
export function poolSize({ filterSize }: KernelAttrs, rank: number): readonly number[] {
  return typeof filterSize === 'number' ? Array.from({ length: rank }, () => filterSize) : (filterSize as Triple);
}

function ofImage(info: backend_util.Conv2DInfo, channelsFirst: boolean): Windows {
  const { outShape, padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  return {
    outShape,
    begin: [padInfo.top, padInfo.left],
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    channelsFirst,
  };
}

function ofVolume(info: backend_util.Conv3DInfo, channelsFirst: boolean): Windows {
  const { outShape, padInfo } = info;
  return {
    outShape,
    begin: [padInfo.front, padInfo.top, padInfo.left],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    channelsFirst,
  };
}

function convolution(depthwise: boolean): RecordedKernel {
  return {
    inputs: ['x', 'filter'],
    infer: ([x, filter], attrs) => [
      { shape: convWindows(x.shape, filter.shape, attrs, depthwise).outShape, dtype: x.dtype },
    ],
  };
}

const pooling: RecordedKernel = {
  inputs: ['x'],
  infer: ([x], attrs) => [{ shape: poolWindows(x.shape, attrs).outShape, dtype: x.dtype }],
};

function shapedAs(
  name: 'inputShape' | 'filterShape',
): (inputs: readonly TensorSpec[], attrs: KernelAttrs) => readonly TensorSpec[] {
  // prettier-ignore
  return (_, attrs) => [{ shape: numbersAttr(attrs, name), dtype: 'float32' }];
}

const ofInput: RecordedKernel = { inputs: ['dy', 'filter'], infer: shapedAs('inputShape') };
const ofFilter: RecordedKernel = { inputs: ['x', 'dy'], infer: shapedAs('filterShape') };
const ofPooled: RecordedKernel = { inputs: ['dy', 'input'], infer: ([, x]) => [x] };
const ofLargest: RecordedKernel = { inputs: ['dy', 'input', 'output'], infer: ([, x]) => [x] };

/** Convolutions and poolings over 2 and 3 spatial axes (1 is 2 with a length of 1), and their gradients. */
export const windowKernels: KernelTable = {
  Conv2D: convolution(false),
  Conv2DBackpropInput: ofInput,
  Conv2DBackpropFilter: ofFilter,
  DepthwiseConv2dNative: convolution(true),
  DepthwiseConv2dNativeBackpropInput: ofInput,
  DepthwiseConv2dNativeBackpropFilter: ofFilter,
  Conv3D: convolution(false),
  Conv3DBackpropInputV2: ofInput,
  Conv3DBackpropFilterV2: ofFilter,
  MaxPool: pooling,
  MaxPoolGrad: ofLargest,
  AvgPool: pooling,
  AvgPoolGrad: ofPooled,
  MaxPool3D: pooling,
  MaxPool3DGrad: ofLargest,
  AvgPool3D: pooling,
  AvgPool3DGrad: ofPooled,
};
