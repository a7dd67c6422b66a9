import { flag, integer, number, oneOf, share, texts, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `dssm`: their defaults, what they may be and what they do. */
export const options = {
  itemFields: texts([], 'Fields of the item, its id first; all others are of the user.'),
  hiddenUnits: units([256, 128], 'H, units of each hidden layer of both towers.'),
  vectorSize: integer(64, 'D, length of the vectors of users and items.', { min: 1 }),
  temperature: number(0.1, 'What the cosine of both vectors is divided by.', { min: 0, exclusive: true }),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `dssm`. */
export type DSSMOptions = OptionsOf<typeof options>;
