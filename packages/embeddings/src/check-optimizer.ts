import { checkNumber } from '@ctrflow/core';
import type { Bounds } from '@ctrflow/core';
import type { TableOptimizer } from './contract';

const notNegative: Bounds = { min: 0 };
const bounds: Readonly<Record<string, Bounds>> = {
  beta1: { min: 0, max: 1 - 2 ** -24 },
  beta2: { min: 0, max: 1 - 2 ** -24 },
  epsilon: { min: 2 ** -126 }, // above 0 in float32, so that rows without a gradient divide 0 by it and stay as they are
};

/**
 * Checks the numbers of an optimizer.
 *
 * @throws ConfigError
 */
export function checkTableOptimizer(optimizer: TableOptimizer): void {
  for (const [name, value] of Object.entries(optimizer)) {
    if (name !== 'kind' && value !== undefined)
      checkNumber(`table optimizer ${optimizer.kind}`, name, value, bounds[name] ?? notNegative);
  }
}
