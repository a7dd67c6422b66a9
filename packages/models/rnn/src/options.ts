import { checkInteger, checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';

/** Recurrent cells that `rnn` knows. */
export const cells = ['rnn', 'gru', 'lstm', 'bidirectional-lstm'] as const;

/** What the states of a history become. */
export const poolings = ['last', 'mean', 'attention'] as const;

/** Options of `rnn`. */
export interface RNNOptions {
  /** What reads a history; `rnn` has no gates, as in the paper. Default `gru`. */
  readonly cell?: (typeof cells)[number];
  /** H, units of the cell (of each direction). Default 32. */
  readonly units?: number;
  /** The state after the last event, the mean of the states after each, or their sum by weights that the states decide. Default `last`. */
  readonly pooling?: (typeof poolings)[number];
  /** H, units of each hidden layer behind. Default `[64, 32]`. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
}

/** What holds where the user says nothing. */
export const defaults: Required<RNNOptions> = {
  cell: 'gru',
  units: 32,
  pooling: 'last',
  hiddenUnits: [64, 32],
  activation: 'relu',
  dropout: 0,
  batchNorm: false,
};

/** @throws ConfigError for an option out of range */
export function validate({ cell, units, pooling, hiddenUnits, activation, dropout }: Required<RNNOptions>): void {
  checkOneOf('rnn', 'cell', cell, cells);
  checkInteger('rnn', 'units', units, { min: 1 });
  checkOneOf('rnn', 'pooling', pooling, poolings);
  checkUnits('rnn', 'hiddenUnits', hiddenUnits);
  checkOneOf('rnn', 'activation', activation, hiddenActivationNames);
  checkNumber('rnn', 'dropout', dropout, { min: 0, max: 0.99 });
}
