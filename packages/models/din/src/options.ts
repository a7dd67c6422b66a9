import { flag, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `din`: their defaults, what they may be and what they do. */
export const options = {
  hiddenUnits: units([200, 80], "H, units of each hidden layer; the default is the paper's."),
  activation: oneOf(hiddenActivationNames, 'dice', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
  attentionUnits: units(
    [36],
    "H, units of each hidden layer of the local activation unit, one or more; the default is the paper's.",
    { nonEmpty: true },
  ),
  attentionActivation: oneOf(hiddenActivationNames, 'dice', 'Activation of the local activation unit.'),
  attentionSoftmax: flag(false, 'The weights of a history sum to 1; in the paper they do not.'),
  diceStatistics: oneOf(
    ['real', 'padded'],
    'real',
    "Positions that the statistics of Dice in the local activation unit count: `real`, events only; `padded`, every history filled up with zero vectors to its `maxLength`, as the field's reference computes them.",
  ),
};

/** Options of `din`. */
export type DINOptions = OptionsOf<typeof options>;
