import { checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';

/** Options of `din`. */
export interface DINOptions {
  /** H, units of each hidden layer. Default `[200, 80]`, as in the paper. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `dice`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
  /** H, units of each hidden layer of the local activation unit, one or more. Default `[36]`, as in the paper. */
  readonly attentionUnits?: readonly number[];
  /** Of the local activation unit. Default `dice`. */
  readonly attentionActivation?: HiddenActivationName;
  /** The weights of a history sum to 1. Default false, as in the paper. */
  readonly attentionSoftmax?: boolean;
  /**
   * Positions that the statistics of Dice in the local activation unit count: `real`, events only; `padded`, every history filled up with zero vectors to its `maxLength`, as the field's
   * reference computes them. Default `real`.
   */
  readonly diceStatistics?: 'real' | 'padded';
}

/** Defaults of the paper's size. */
export const defaults: Required<DINOptions> = {
  hiddenUnits: [200, 80],
  activation: 'dice',
  dropout: 0,
  batchNorm: false,
  attentionUnits: [36],
  attentionActivation: 'dice',
  attentionSoftmax: false,
  diceStatistics: 'real',
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<DINOptions>): void {
  const { hiddenUnits, activation, dropout, attentionUnits, attentionActivation, diceStatistics } = options;
  checkUnits('din', 'hiddenUnits', hiddenUnits);
  checkUnits('din', 'attentionUnits', attentionUnits, { nonEmpty: true });
  checkOneOf('din', 'activation', activation, hiddenActivationNames);
  checkOneOf('din', 'attentionActivation', attentionActivation, hiddenActivationNames);
  checkNumber('din', 'dropout', dropout, { min: 0, max: 0.99 });
  checkOneOf('din', 'diceStatistics', diceStatistics, ['real', 'padded']);
}
