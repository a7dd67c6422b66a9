import { ConfigError, expected, flag, oneOf, share, units } from '@ctrflow/core';
import type { FilledOptions, OptionsOf } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';

/** Options of `deepFM`: their defaults, what they may be and what they do. */
export const options = {
  hiddenUnits: units([400, 400, 400], 'H, units of each hidden layer.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
  activation: oneOf(activationNames, 'relu', 'Activation of the hidden layers.'),
  linearBias: flag(true, 'Bias of the linear term; FuxiCTR 1.x has none.'),
};

/** Options of `deepFM`. */
export type DeepFMOptions = OptionsOf<typeof options>;

/** @throws ConfigError for a DeepFM without layers */
export function validate({ hiddenUnits }: FilledOptions<typeof options>): void {
  if (hiddenUnits.length > 0) return;
  const hint = 'fm is DeepFM without layers';
  throw new ConfigError(expected('deepfm', 'one hidden layer or more for hiddenUnits', hiddenUnits, hint));
}
