import { countingExpansions } from './counting';
import { einsumExpansions } from './einsum';
import type { ExpansionTable } from './expansion';
import { fusedExpansions } from './fused';
import { rearrangingExpansions } from './rearranging';

/** All kernels that are recorded as calls of simpler ones. */
export const expansions: ExpansionTable = {
  ...fusedExpansions,
  ...einsumExpansions,
  ...rearrangingExpansions,
  ...countingExpansions,
};
