import { checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';

/** Options of `dnn`. */
export interface DNNOptions {
  /** H, units of each hidden layer. Default `[400, 400, 400]`. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
}

/** What holds where the user says nothing. */
export const defaults: Required<DNNOptions> = {
  hiddenUnits: [400, 400, 400],
  activation: 'relu',
  dropout: 0,
  batchNorm: false,
};

/** @throws ConfigError for an option out of range */
export function validate({ hiddenUnits, activation, dropout }: Required<DNNOptions>): void {
  checkUnits('dnn', 'hiddenUnits', hiddenUnits);
  checkOneOf('dnn', 'activation', activation, hiddenActivationNames);
  checkNumber('dnn', 'dropout', dropout, { min: 0, max: 0.99 });
}
