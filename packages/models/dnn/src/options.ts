import { flag, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `dnn`: their defaults, what they may be and what they do. */
export const options = {
  hiddenUnits: units([400, 400, 400], 'H, units of each hidden layer.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `dnn`. */
export type DNNOptions = OptionsOf<typeof options>;
