import { flag, integer, share, units, oneOf } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `mmoe`: their defaults, what they may be and what they do. */
export const options = {
  numExperts: integer(4, 'E, networks that all targets share.', { min: 1, max: 64 }),
  expertUnits: units([512, 256, 128], 'H, units of each hidden layer of an expert.', { nonEmpty: true }),
  towerUnits: units([128, 64], 'Units of each hidden layer of the tower of a target.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `mmoe`. */
export type MMoEOptions = OptionsOf<typeof options>;
