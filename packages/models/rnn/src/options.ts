import { flag, integer, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `rnn`: their defaults, what they may be and what they do. */
export const options = {
  cell: oneOf(
    ['rnn', 'gru', 'lstm', 'bidirectional-lstm'],
    'gru',
    'What reads a history; `rnn` has no gates, as in the paper.',
  ),
  units: integer(32, 'H, units of the cell (of each direction).', { min: 1 }),
  pooling: oneOf(
    ['last', 'mean', 'attention'],
    'last',
    'The state after the last event, the mean of the states after each, or their sum by weights that the states decide.',
  ),
  hiddenUnits: units([64, 32], 'H, units of each hidden layer after the cell.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `rnn`. */
export type RNNOptions = OptionsOf<typeof options>;
