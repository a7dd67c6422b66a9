import type { FeatureSchema } from '@ctrflow/features';
import { fittedSchema } from '@ctrflow/testkit';

/** Ten fields whose distinct values add up to Frappe's 5,379. */
const cardinalities = [957, 4082, 7, 7, 2, 3, 9, 80, 231, 1];

/**
 * A schema with Frappe's cardinalities (10 categorical fields), for exact parameter counts. Its rows are 5,389 with one reserved row a field, as FuxiCTR
 * 1.x counts (`fuxictr-1`), and 5,399 with two, as FuxiCTR 2.x and ctrflow do (`fuxictr-2`, `ctrflow`).
 */
export function frappeSchema(convention: 'fuxictr-1' | 'fuxictr-2' | 'ctrflow'): FeatureSchema {
  const fields = cardinalities.map((size, i) => ({
    name: `f${i}`,
    kind: 'categorical' as const,
    identity: size + { 'fuxictr-1': 1, 'fuxictr-2': 2, ctrflow: 0 }[convention],
    reservedRows: convention === 'ctrflow',
  }));
  return fittedSchema({ fields }, 1);
}
