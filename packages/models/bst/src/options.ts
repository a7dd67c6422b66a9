import { flag, integer, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';

const poolings = ['mean', 'sum', 'target', 'concat'] as const;

/** Options of `bst`: their defaults, what they may be and what they do. */
export const options = {
  hiddenUnits: units([1024, 512, 256], "H, units of each hidden layer; the default is the paper's."),
  activation: oneOf(hiddenActivationNames, 'leaky-relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer, and of what a Transformer block adds.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
  numBlocks: integer(1, "Transformer blocks, one on top of the other; 1 is the paper's best.", { min: 1 }),
  numHeads: integer(2, "Attention heads; divides the size of a position's vector.", { min: 1 }),
  attentionDropout: share(0, 'Dropout of the attention weights.'),
  positions: flag(true, "Appends a trained vector of an event's distance from the target."),
  pooling: oneOf(
    poolings,
    'mean',
    "How the outputs of all positions become one vector: their mean or sum, the output at the target, or all of them side by side; `concat`, the paper's, makes the input of the first hidden layer as long as the longest history.",
  ),
};

/** How the outputs of all positions become one vector. */
export type BSTPooling = (typeof poolings)[number];

/** Options of `bst`. */
export type BSTOptions = OptionsOf<typeof options>;
