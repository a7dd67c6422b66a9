import { ConfigError, checkInteger, checkNumber, checkOneOf, expected } from '@ctrflow/core';
import { activationNames, hiddenActivationNames } from '@ctrflow/layers';
import type { ActivationName, HiddenActivationName } from '@ctrflow/layers';

/** How attention enters the interest evolution; `gru` has none. */
export const evolutions = ['gru', 'aigru', 'agru', 'augru'] as const;

/** Options of `dien`. */
export interface DIENOptions {
  /** What reads the interest states. Default `augru`. */
  readonly evolution?: (typeof evolutions)[number];
  /** Normalizes the attention scores over the history. Default true. */
  readonly attentionSoftmax?: boolean;
  /** alpha, the weight of the auxiliary loss; 0 leaves it out. Default 1; FuxiCTR 0. */
  readonly auxiliaryWeight?: number;
  /** H of the layers that judge whether an event follows a state; none: their inner product, as in the paper. Default `[]`; FuxiCTR `[100, 50]`. */
  readonly auxiliaryUnits?: readonly number[];
  /** Of these layers. Default `sigmoid`, as in the authors' code; FuxiCTR `relu`. */
  readonly auxiliaryActivation?: ActivationName;
  /** Adds the sum of the history, and its product with the target, to what the last layers read, as the authors' code. Default false. */
  readonly sumPooling?: boolean;
  /** H of each hidden layer. Default `[200, 80]`. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
}

/** What holds where the user says nothing. */
export const defaults: Required<DIENOptions> = {
  evolution: 'augru',
  attentionSoftmax: true,
  auxiliaryWeight: 1,
  auxiliaryUnits: [],
  auxiliaryActivation: 'sigmoid',
  sumPooling: false,
  hiddenUnits: [200, 80],
  activation: 'relu',
  dropout: 0,
  batchNorm: false,
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<DIENOptions>): void {
  checkOneOf('dien', 'evolution', options.evolution, evolutions);
  checkNumber('dien', 'auxiliaryWeight', options.auxiliaryWeight, { min: 0 });
  checkUnits('auxiliaryUnits', options.auxiliaryUnits);
  checkOneOf('dien', 'auxiliaryActivation', options.auxiliaryActivation, activationNames);
  checkUnits('hiddenUnits', options.hiddenUnits);
  checkOneOf('dien', 'activation', options.activation, hiddenActivationNames);
  checkNumber('dien', 'dropout', options.dropout, { min: 0, max: 0.99 });
}

function checkUnits(name: string, units: readonly number[]): void {
  if (!Array.isArray(units)) throw new ConfigError(expected('dien', `a list of numbers for ${name}`, units));
  units.forEach((size, i) => checkInteger('dien', `${name}[${i}]`, size, { min: 1 }));
}
