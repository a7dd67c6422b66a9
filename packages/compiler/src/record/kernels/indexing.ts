import type { DType } from '../../graph/graph';
import { numberAttr, numbersAttr } from './kernel';
import type { KernelTable } from './kernel';

/** Kernels that look up and write by index. */
export const indexKernels: KernelTable = {
  GatherV2: {
    inputs: ['x', 'indices'],
    infer: ([x, indices], attrs) => {
      const axis =
        numberAttr(attrs, 'axis') < 0 ? numberAttr(attrs, 'axis') + x.shape.length : numberAttr(attrs, 'axis');
      const batchDims = (attrs.batchDims as number | undefined) ?? 0;
      const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)];
      return [{ shape, dtype: x.dtype }];
    },
  },
  GatherNd: {
    inputs: ['params', 'indices'],
    infer: ([params, indices]) => {
      const depth = indices.shape.at(-1)!;
      return [{ shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], dtype: params.dtype }];
    },
  },
  ScatterNd: {
    inputs: ['indices', 'updates'],
    infer: ([, updates], attrs) => [{ shape: numbersAttr(attrs, 'shape'), dtype: updates.dtype }],
  },
  TensorScatterUpdate: { inputs: ['tensor', 'indices', 'updates'], infer: ([tensor]) => [tensor] },
  UnsortedSegmentSum: {
    inputs: ['x', 'segmentIds'],
    infer: ([x, ids], attrs) => [
      { shape: [numberAttr(attrs, 'numSegments'), ...x.shape.slice(ids.shape.length)], dtype: x.dtype },
    ],
  },
  OneHot: {
    inputs: ['indices'],
    infer: ([indices], attrs) => [
      {
        shape: [...indices.shape, numberAttr(attrs, 'depth')],
        dtype: (attrs.dtype as DType | undefined) ?? 'float32',
      },
    ],
  },
};
