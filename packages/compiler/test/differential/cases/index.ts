import type { KernelCases } from '../kernel-case';
import { elementwiseCases } from './elementwise';
import { indexCases } from './indexing';
import { matrixCases } from './matrices';
import { reductionCases } from './reductions';
import { shapeCases } from './shapes';

/** A case, or several named `Kernel#variant`, for every lowered kernel. */
export const cases: KernelCases = {
  ...elementwiseCases,
  ...reductionCases,
  ...shapeCases,
  ...matrixCases,
  ...indexCases,
};
