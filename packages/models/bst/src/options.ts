import { checkInteger, checkNumber, checkOneOf, checkUnits } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import type { HiddenActivationName } from '@ctrflow/layers';

/** How the outputs of all positions become one vector: their mean or sum, the output at the target, or all of them side by side. */
export type BSTPooling = 'mean' | 'sum' | 'target' | 'concat';

/** Options of `bst`. */
export interface BSTOptions {
  /** H, units of each hidden layer. Default `[1024, 512, 256]`, as in the paper. */
  readonly hiddenUnits?: readonly number[];
  /** Of the hidden layers. Default `leaky-relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout after each hidden layer, and of what a Transformer block adds. Default 0. */
  readonly dropout?: number;
  /** Batch normalization in each hidden layer. Default false. */
  readonly batchNorm?: boolean;
  /** Transformer blocks, one on top of the other. Default 1, the paper's best. */
  readonly numBlocks?: number;
  /** Attention heads; divides the size of a position's vector. Default 2. */
  readonly numHeads?: number;
  /** Dropout of the attention weights. Default 0. */
  readonly attentionDropout?: number;
  /** Appends a trained vector of an event's distance from the target. Default true. */
  readonly positions?: boolean;
  /** `concat`, the paper's, makes the input of the first hidden layer as long as the longest history. Default `mean`. */
  readonly pooling?: BSTPooling;
}

/** What holds where the user says nothing. */
export const defaults: Required<BSTOptions> = {
  hiddenUnits: [1024, 512, 256],
  activation: 'leaky-relu',
  dropout: 0,
  batchNorm: false,
  numBlocks: 1,
  numHeads: 2,
  attentionDropout: 0,
  positions: true,
  pooling: 'mean',
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<BSTOptions>): void {
  const { hiddenUnits, activation, dropout, numBlocks, numHeads, attentionDropout, pooling } = options;
  checkUnits('bst', 'hiddenUnits', hiddenUnits);
  checkOneOf('bst', 'activation', activation, hiddenActivationNames);
  checkNumber('bst', 'dropout', dropout, { min: 0, max: 0.99 });
  checkInteger('bst', 'numBlocks', numBlocks, { min: 1 });
  checkInteger('bst', 'numHeads', numHeads, { min: 1 });
  checkNumber('bst', 'attentionDropout', attentionDropout, { min: 0, max: 0.99 });
  checkOneOf('bst', 'pooling', pooling, ['mean', 'sum', 'target', 'concat']);
}
