import { integer, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';

/** Options of `cnnLstm`: their defaults, what they may be and what they do. */
export const options = {
  structure: oneOf(
    ['cnn-lstm', 'cnn', 'lstm'],
    'cnn-lstm',
    'What reads a window; `cnn` and `lstm` are the parts alone, to compare with.',
  ),
  filters: units([32, 64], 'H, filters of each convolution; each is followed by pooling.'),
  kernelSize: integer(3, 'Steps that a filter sees.', { min: 1 }),
  pooling: oneOf(['max', 'mean'], 'max', 'What pooling keeps of the steps that it makes one.'),
  poolSize: integer(2, 'Steps that pooling makes one of.', { min: 1 }),
  units: integer(64, 'H, units of the LSTM.', { min: 1 }),
  hiddenUnits: units([32], 'H, units of each hidden layer after the LSTM.'),
  activation: oneOf(activationNames, 'relu', 'Activation of convolutions and hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
};

/** Options of `cnnLstm`. */
export type CnnLstmOptions = OptionsOf<typeof options>;
