import { ConfigError, checkKnownOptions, checkNumber, expected } from '@ctrflow/core';
import type { FitOptions } from './fit-options';

const names = ['net', 'embedding', 'miniBatchAware'] as const;

/**
 * The decays of a training, 0 where nothing is said.
 *
 * @throws ConfigError for anything but numbers >= 0 under these names
 */
export function checkDecay(l2: FitOptions['l2'] = {}): Readonly<Record<(typeof names)[number], number>> {
  if (typeof l2 !== 'object' || l2 === null) {
    const hint = 'a number each: { net: 1e-5 }; tables take theirs from tableOptimizer.l2';
    throw new ConfigError(expected('fit', '{ net, embedding, miniBatchAware } for l2', l2, hint));
  }
  checkKnownOptions('fit: l2', l2, names);
  const [net, embedding, miniBatchAware] = names.map((name) => checkNumber('fit', `l2.${name}`, l2[name] ?? 0, { min: 0 })); // prettier-ignore
  return { net, embedding, miniBatchAware };
}
