import { checkOneOf } from '@ctrflow/core';
import { activationNames, activations } from './activation';
import type { ActivationName } from './activation';
import { Dice } from './dice';
import type { CtrLayer } from './layer';
import { PReLU } from './prelu';

/** Name of an activation of a hidden layer, those with weights included. */
export type HiddenActivationName = ActivationName | 'dice' | 'prelu';

/** All names, for checks and command lines. */
export const hiddenActivationNames: readonly HiddenActivationName[] = [...activationNames, 'dice', 'prelu'];

/** A layer for an activation with weights; none for the others. */
export function activationLayer(name: HiddenActivationName): CtrLayer | undefined {
  checkOneOf('activationLayer', 'the activation', name, hiddenActivationNames);
  if (name === 'dice') return new Dice();
  return name === 'prelu' ? new PReLU() : undefined;
}

/** Whether an activation has no weights: a function of {@link activations}. */
export function isPlainActivation(name: HiddenActivationName): name is ActivationName {
  return checkOneOf('isPlainActivation', 'the activation', name, hiddenActivationNames) in activations;
}
