import { checkInteger, checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';
import type { ActivationName } from '@ctrflow/layers';

/** Which parts read a window. */
export const structures = ['cnn-lstm', 'cnn', 'lstm'] as const;

/** Options of `cnnLstm`. */
export interface CnnLstmOptions {
  /** `cnn` and `lstm` are the parts alone, to compare with. Default `cnn-lstm`. */
  readonly structure?: (typeof structures)[number];
  /** H, filters of each convolution; each is followed by pooling. Default `[32, 64]`. */
  readonly filters?: readonly number[];
  /** Steps that a filter sees. Default 3. */
  readonly kernelSize?: number;
  /** What pooling keeps of the steps that it makes one. Default `max`. */
  readonly pooling?: 'max' | 'mean';
  /** Steps that pooling makes one of. Default 2. */
  readonly poolSize?: number;
  /** H, units of the LSTM. Default 64. */
  readonly units?: number;
  /** H, units of each hidden layer behind. Default `[32]`. */
  readonly hiddenUnits?: readonly number[];
  /** Of convolutions and hidden layers. Default `relu`. */
  readonly activation?: ActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
}

/** What holds where the user says nothing. */
export const defaults: Required<CnnLstmOptions> = {
  structure: 'cnn-lstm',
  filters: [32, 64],
  kernelSize: 3,
  pooling: 'max',
  poolSize: 2,
  units: 64,
  hiddenUnits: [32],
  activation: 'relu',
  dropout: 0,
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<CnnLstmOptions>): void {
  checkOneOf('cnn-lstm', 'structure', options.structure, structures);
  checkUnits('cnn-lstm', 'filters', options.filters);
  checkInteger('cnn-lstm', 'kernelSize', options.kernelSize, { min: 1 });
  checkOneOf('cnn-lstm', 'pooling', options.pooling, ['max', 'mean']);
  checkInteger('cnn-lstm', 'poolSize', options.poolSize, { min: 1 });
  checkInteger('cnn-lstm', 'units', options.units, { min: 1 });
  checkUnits('cnn-lstm', 'hiddenUnits', options.hiddenUnits);
  checkOneOf('cnn-lstm', 'activation', options.activation, activationNames);
  checkNumber('cnn-lstm', 'dropout', options.dropout, { min: 0, max: 0.99 });
}
