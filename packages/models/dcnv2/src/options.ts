import { ConfigError, expected, flag, integer, oneOf, share, units } from '@ctrflow/core';
import type { FilledOptions, OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

/** Options of `dcnv2`: their defaults, what they may be and what they do. */
export const options = {
  structure: oneOf(
    ['parallel', 'stacked'],
    'parallel',
    'Where the deep network stands: beside the cross network, both over the embeddings, or on top of it.',
  ),
  cross: oneOf(
    ['matrix', 'mixture'],
    'matrix',
    'What a cross layer has: a whole matrix, or a mixture of low-rank experts.',
  ),
  numCrossLayers: integer(3, 'L, number of cross layers.', { min: 1 }),
  numExperts: integer(4, 'K, experts of each layer of a `mixture`.', { min: 1 }),
  rank: integer(32, 'r, rank of each expert of a `mixture`.', { min: 1 }),
  hiddenUnits: units([400, 400, 400], 'H, units of each hidden layer; none and `stacked`: the cross network alone.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `dcnv2`. */
export type DCNv2Options = OptionsOf<typeof options>;

/** @throws ConfigError for a deep network without layers beside the cross network */
export function validate({ structure, hiddenUnits }: FilledOptions<typeof options>): void {
  if (structure === 'stacked' || hiddenUnits.length > 0) return;
  const hint = 'structure "stacked" without hidden layers is the cross network alone';
  throw new ConfigError(expected('dcnv2', 'one hidden layer or more for hiddenUnits of the parallel structure', hiddenUnits, hint)); // prettier-ignore
}
