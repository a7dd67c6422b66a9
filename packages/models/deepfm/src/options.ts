import { ConfigError, checkNumber, checkOneOf, checkUnits, expected } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';
import type { ActivationName } from '@ctrflow/layers';

/** Options of `deepFM`. */
export interface DeepFMOptions {
  /** H, units of each hidden layer. Default `[400, 400, 400]`. */
  readonly hiddenUnits?: readonly number[];
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: ActivationName;
  /** Bias of the linear term; FuxiCTR 1.x has none. Default true. */
  readonly linearBias?: boolean;
}

/** Defaults of the paper's size. */
export const defaults: Required<DeepFMOptions> = {
  hiddenUnits: [400, 400, 400],
  dropout: 0,
  batchNorm: false,
  activation: 'relu',
  linearBias: true,
};

/** @throws ConfigError for an option out of range */
export function validate({ hiddenUnits, dropout, activation }: Required<DeepFMOptions>): void {
  if (!Array.isArray(hiddenUnits) || hiddenUnits.length === 0) {
    throw new ConfigError(
      expected('deepfm', 'one hidden layer or more for hiddenUnits', hiddenUnits, 'fm is DeepFM without layers'),
    );
  }
  checkUnits('deepfm', 'hiddenUnits', hiddenUnits);
  checkNumber('deepfm', 'dropout', dropout, { min: 0, max: 0.99 });
  checkOneOf('deepfm', 'activation', activation, activationNames);
}
