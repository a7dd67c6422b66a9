import { checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { activationNames, attentionGRUKinds, hiddenActivationNames } from '@ctrflow/layers';
import type { ActivationName, HiddenActivationName } from '@ctrflow/layers';
import { activationUnits } from '@ctrflow/model-kit';

/** How attention enters the interest evolution; `gru` has none. */
export const evolutions = ['gru', ...attentionGRUKinds] as const;

/** Options of `dien`. */
export interface DIENOptions {
  /** What reads the interest states. Default `augru`, as in the paper; the authors' code and DeepCTR have `augru-raised` under that name. */
  readonly evolution?: (typeof evolutions)[number];
  /** `bilinear` as equation 10, or `mlp`, DIN's local activation unit, as the authors' code and DeepCTR. Default `bilinear`. */
  readonly activationUnit?: (typeof activationUnits)[number];
  /** H, units of the hidden layers of `mlp`. Default `[64, 16]`. */
  readonly attentionUnits?: readonly number[];
  /** Of these layers. Default `sigmoid`. */
  readonly attentionActivation?: HiddenActivationName;
  /** Normalizes the attention scores over the history. Default true. */
  readonly attentionSoftmax?: boolean;
  /** The reset gates come after the recurrent product, as in the paper, or before it, as in the authors' code and DeepCTR. Default true. */
  readonly resetAfter?: boolean;
  /** alpha, the weight of the auxiliary loss; 0 leaves it out. Default 1; FuxiCTR 0. */
  readonly auxiliaryWeight?: number;
  /** H, units of the layers that judge whether an event follows a state; none: their inner product, as in the paper. Default `[]`; FuxiCTR `[100, 50]`. */
  readonly auxiliaryUnits?: readonly number[];
  /** Of these layers. Default `sigmoid`, as in the authors' code; FuxiCTR `relu`. */
  readonly auxiliaryActivation?: ActivationName;
  /** Adds the sum of the history, and its product with the target, to what the last layers read, as the authors' code. Default false. */
  readonly sumPooling?: boolean;
  /** H, units of each hidden layer. Default `[200, 80]`. */
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
  activationUnit: 'bilinear',
  attentionUnits: [64, 16],
  attentionActivation: 'sigmoid',
  attentionSoftmax: true,
  resetAfter: true,
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
  checkOneOf('dien', 'activationUnit', options.activationUnit, activationUnits);
  checkUnits('dien', 'attentionUnits', options.attentionUnits, { nonEmpty: true });
  checkOneOf('dien', 'attentionActivation', options.attentionActivation, hiddenActivationNames);
  checkNumber('dien', 'auxiliaryWeight', options.auxiliaryWeight, { min: 0 });
  checkUnits('dien', 'auxiliaryUnits', options.auxiliaryUnits);
  checkOneOf('dien', 'auxiliaryActivation', options.auxiliaryActivation, activationNames);
  checkUnits('dien', 'hiddenUnits', options.hiddenUnits);
  checkOneOf('dien', 'activation', options.activation, hiddenActivationNames);
  checkNumber('dien', 'dropout', options.dropout, { min: 0, max: 0.99 });
}
