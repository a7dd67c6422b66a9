import { util } from '@tensorflow/tfjs-core';
import type { DType } from '../../graph/graph';
import { numberAttr } from './kernel';
import type { KernelAttrs, KernelTable, RecordedKernel, TensorSpec } from './kernel';

/** Axes of a reduction, ascending and not negative; all of them when none is named. */
export function reducedAxes({ axis, reductionIndices }: KernelAttrs, shape: readonly number[]): readonly number[] {
  const named = (axis ?? reductionIndices) as number | readonly number[] | undefined;
  const axes = util.parseAxisParam((named ?? shape.map((_, i) => i)) as number[], [...shape]);
  return [...new Set(axes)].sort((a, b) => a - b);
}

function reduced({ shape }: TensorSpec, attrs: KernelAttrs): readonly number[] {
  const axes = reducedAxes(attrs, shape);
  if (attrs.keepDims === true) return shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  return shape.filter((_, i) => !axes.includes(i));
}

function reduction(dtypeOf: (dtype: DType) => DType): RecordedKernel {
  return {
    inputs: ['x'],
    infer: ([x], attrs) => [{ shape: reduced(x, attrs), dtype: dtypeOf(x.dtype) }],
  };
}

/** As tfjs: a sum of truth values is a count. */
const summed = reduction((dtype) => (dtype === 'bool' ? 'int32' : dtype));
const same = reduction((dtype) => dtype);
const truth = reduction(() => 'bool');

const indexOf: RecordedKernel = {
  inputs: ['x'],
  infer: ([x], attrs) => [{ shape: reduced(x, { axis: attrs.axis, keepDims: false }), dtype: 'int32' }],
};

const cumulative: RecordedKernel = { inputs: ['x'], infer: ([x]) => [x] };

/** Kernels that reduce or accumulate along axes. */
export const reductionKernels: KernelTable = {
  Sum: summed,
  Mean: reduction(() => 'float32'),
  Prod: summed,
  Max: same,
  Min: same,
  All: truth,
  Any: truth,
  ArgMax: indexOf,
  ArgMin: indexOf,
  Cumsum: cumulative,
  Cumprod: cumulative,
  TopK: {
    inputs: ['x'],
    infer: ([x], attrs) => {
      const shape = [...x.shape.slice(0, -1), numberAttr(attrs, 'k')];
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ];
    },
  },
};
