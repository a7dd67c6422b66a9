import { checkInteger, checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';
import { activationUnits } from '@ctrflow/model-kit';

/** Options of `dsin`. How histories are cut into sessions is said by the schema (`sessions` of a sequence). */
export interface DSINOptions {
  /** Adds trained numbers for session, place and unit to the events. Default true. */
  readonly biasEncoding?: boolean;
  /** Heads of the self-attention; divides M, the size of an event's vector. Default 2. */
  readonly numHeads?: number;
  /** The feed-forward network of the self-attention has this times M hidden units. Default 4. */
  readonly feedForwardFactor?: number;
  /**
   * Normalizes after self-attention and feed-forward network, as in the paper. Default false, as in the authors' code and DeepCTR: where tables begin near 0, what is
   * normalized drowns the target at first.
   */
  readonly layerNorm?: boolean;
  /** Dropout of the self-attention's weights. Default 0. */
  readonly attentionDropout?: number;
  /** `bilinear` as the paper's formulas, or `mlp`, DIN's local activation unit with a softmax, as the authors' code. Default `bilinear`. */
  readonly activationUnit?: (typeof activationUnits)[number];
  /** H, units of the hidden layers of `mlp`. Default `[64, 16]`. */
  readonly attentionUnits?: readonly number[];
  /** Of these layers. Default `sigmoid`. */
  readonly attentionActivation?: HiddenActivationName;
  /** H, units of each hidden layer behind. Default `[200, 80]`. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
}

/** What holds where the user says nothing. */
export const defaults: Required<DSINOptions> = {
  biasEncoding: true,
  numHeads: 2,
  feedForwardFactor: 4,
  layerNorm: false,
  attentionDropout: 0,
  activationUnit: 'bilinear',
  attentionUnits: [64, 16],
  attentionActivation: 'sigmoid',
  hiddenUnits: [200, 80],
  activation: 'relu',
  dropout: 0,
  batchNorm: false,
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<DSINOptions>): void {
  checkInteger('dsin', 'numHeads', options.numHeads, { min: 1 });
  checkInteger('dsin', 'feedForwardFactor', options.feedForwardFactor, { min: 1 });
  checkNumber('dsin', 'attentionDropout', options.attentionDropout, { min: 0, max: 0.99 });
  checkOneOf('dsin', 'activationUnit', options.activationUnit, activationUnits);
  checkUnits('dsin', 'attentionUnits', options.attentionUnits, { nonEmpty: true });
  checkOneOf('dsin', 'attentionActivation', options.attentionActivation, hiddenActivationNames);
  checkUnits('dsin', 'hiddenUnits', options.hiddenUnits);
  checkOneOf('dsin', 'activation', options.activation, hiddenActivationNames);
  checkNumber('dsin', 'dropout', options.dropout, { min: 0, max: 0.99 });
}
