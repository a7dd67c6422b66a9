import type { KernelCases } from '../kernel-case';
import { elementwiseCases } from './elementwise';
import { indexCases } from './indexing';
import { matrixCases } from './matrices';
import { reductionCases } from './reductions';
import { shapeCases } from './shapes';

/** Kernels that slide windows are proved in `convolutions.test.ts`, gradients included. */
export const windowKernels: readonly string[] = [
  ...[
    'Conv2D',
    'Conv2DBackpropInput',
    'Conv2DBackpropFilter',
    'Conv3D',
    'Conv3DBackpropInputV2',
    'Conv3DBackpropFilterV2',
  ],
  ...['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['MaxPool', 'MaxPoolGrad', 'AvgPool', 'AvgPoolGrad', 'MaxPool3D', 'MaxPool3DGrad', 'AvgPool3D', 'AvgPool3DGrad'],
];

/** A case, or several named `Kernel#variant`, for every lowered kernel. */
export const cases: KernelCases = {
  ...elementwiseCases,
  ...reductionCases,
  ...shapeCases,
  ...matrixCases,
  ...indexCases,
};
