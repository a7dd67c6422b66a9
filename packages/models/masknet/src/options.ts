import { ConfigError, checkNumber, checkOneOf, checkUnits, expected } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';
import type { ActivationName } from '@ctrflow/layers';

/** How the mask blocks are put together: one on top of the other, side by side on the embeddings, or side by side with the last one on top of the others. */
export type MaskNetStructure = 'serial' | 'parallel' | 'mixed';

/** Options of `maskNet`. */
export interface MaskNetOptions {
  /** How the mask blocks are put together; `mixed`: side by side, the last one on top of the others. Default `parallel`. */
  readonly structure?: MaskNetStructure;
  /** H, units of each mask block; two blocks or more for `mixed`. Default `[64, 64, 64]`. */
  readonly blockUnits?: readonly number[];
  /** H, units of each hidden layer between the blocks and the output; none for the reference's serial model. Default `[400, 400]`. */
  readonly hiddenUnits?: readonly number[];
  /** Width of a mask's hidden layer as a multiple of what it masks. Default 2. */
  readonly reductionRatio?: number;
  /** Layer normalization of every field's embedding before it is masked. Default true. */
  readonly embeddingNorm?: boolean;
  /** Layer normalization inside the blocks. Default true. */
  readonly blockNorm?: boolean;
  /** Of the blocks and the hidden layers. Default `relu`. */
  readonly activation?: ActivationName;
  /** Dropout after each block and each hidden layer. Default 0. */
  readonly dropout?: number;
}

/** What holds where the user says nothing. */
export const defaults: Required<MaskNetOptions> = {
  structure: 'parallel',
  blockUnits: [64, 64, 64],
  hiddenUnits: [400, 400],
  reductionRatio: 2,
  embeddingNorm: true,
  blockNorm: true,
  activation: 'relu',
  dropout: 0,
};

/** @throws ConfigError for an option out of range */
export function validate(options: Required<MaskNetOptions>): void {
  const { structure, blockUnits, hiddenUnits, reductionRatio, activation, dropout } = options;
  checkOneOf('masknet', 'structure', structure, ['serial', 'parallel', 'mixed']);
  checkUnits('masknet', 'blockUnits', blockUnits);
  if (blockUnits.length === 0) throw new ConfigError(expected('masknet', 'one block or more for blockUnits', blockUnits)); // prettier-ignore
  if (structure === 'mixed' && blockUnits.length === 1) throw new ConfigError(expected('masknet', 'two blocks or more for blockUnits of the mixed structure', blockUnits)); // prettier-ignore
  checkUnits('masknet', 'hiddenUnits', hiddenUnits);
  checkNumber('masknet', 'reductionRatio', reductionRatio, { min: 0, max: 100, exclusive: true });
  checkOneOf('masknet', 'activation', activation, activationNames);
  checkNumber('masknet', 'dropout', dropout, { min: 0, max: 0.99 });
}
