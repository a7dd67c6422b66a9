import { flag, integer, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { hiddenActivationNames } from '@ctrflow/layers';
import { activationUnits } from '@ctrflow/model-kit';

/** Options of `dsin`: their defaults, what they may be and what they do. */
export const options = {
  biasEncoding: flag(true, 'Adds trained numbers for session, place and unit to the events.'),
  numHeads: integer(2, "Heads of the self-attention; divides M, the size of an event's vector.", { min: 1 }),
  feedForwardFactor: integer(4, 'The feed-forward network of the self-attention has this times M hidden units.', {
    min: 1,
  }),
  layerNorm: flag(
    false,
    "Normalizes after self-attention and feed-forward network, as in the paper; the authors' code and DeepCTR do not: where tables begin near 0, what is normalized drowns the target at first.",
  ),
  attentionDropout: share(0, "Dropout of the self-attention's weights."),
  activationUnit: oneOf(
    activationUnits,
    'bilinear',
    "`bilinear` as the paper's formulas, or `mlp`, DIN's local activation unit with a softmax, as the authors' code.",
  ),
  attentionUnits: units([64, 16], 'H, units of the hidden layers of `mlp`.', { nonEmpty: true }),
  attentionActivation: oneOf(hiddenActivationNames, 'sigmoid', 'Activation of the hidden layers of `mlp`.'),
  hiddenUnits: units([200, 80], 'H, units of each hidden layer after the sessions.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `dsin`. How histories are cut into sessions is said by the schema (`sessions` of a sequence). */
export type DSINOptions = OptionsOf<typeof options>;
