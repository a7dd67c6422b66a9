import { elementwiseKernels } from './elementwise';
import { indexKernels } from './indexing';
import type { KernelTable } from './kernel';
import { matrixKernels } from './matrices';
import { reductionKernels } from './reductions';
import { shapeKernels } from './shapes';
import { windowKernels } from './windows';

/** All kernels that can be recorded, besides those that make constants (`Fill`, `ZerosLike`, `OnesLike`, `Range`, `LinSpace`). */
export const recordedKernels: KernelTable = {
  ...elementwiseKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...matrixKernels,
  ...indexKernels,
  ...windowKernels,
};
