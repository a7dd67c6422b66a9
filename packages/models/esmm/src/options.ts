import { flag, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `esmm`: their defaults, what they may be and what they do. */
export const options = {
  hiddenUnits: units([360, 200, 80], 'H, units of each hidden layer of both towers.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `esmm`. */
export type ESMMOptions = OptionsOf<typeof options>;
