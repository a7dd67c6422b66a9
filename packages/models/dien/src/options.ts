import { flag, number, oneOf, share, units } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { activationNames, attentionGRUKinds, hiddenActivationNames } from '@ctrflow/layers';
import { activationUnits } from '@ctrflow/model-kit';

/** How attention enters the interest evolution; `gru` has none. */
const evolutions = ['gru', ...attentionGRUKinds] as const;

/** Options of `dien`: their defaults, what they may be and what they do. */
export const options = {
  evolution: oneOf(
    evolutions,
    'augru',
    "What reads the interest states; `augru` is the paper's, the authors' code and DeepCTR have `augru-raised` under that name.",
  ),
  activationUnit: oneOf(
    activationUnits,
    'bilinear',
    "`bilinear` as equation 10, or `mlp`, DIN's local activation unit, as the authors' code and DeepCTR.",
  ),
  attentionUnits: units([64, 16], 'H, units of the hidden layers of `mlp`.', { nonEmpty: true }),
  attentionActivation: oneOf(hiddenActivationNames, 'sigmoid', 'Activation of the hidden layers of `mlp`.'),
  attentionSoftmax: flag(true, 'Normalizes the attention scores over the history.'),
  resetAfter: flag(
    true,
    "The reset gates come after the recurrent product, as in the paper, or before it, as in the authors' code and DeepCTR.",
  ),
  auxiliaryWeight: number(1, 'alpha, the weight of the auxiliary loss; 0, as in FuxiCTR, leaves it out.', { min: 0 }),
  auxiliaryUnits: units(
    [],
    'H, units of the layers that judge whether an event follows a state; none: their inner product, as in the paper; FuxiCTR has `[100, 50]`.',
  ),
  auxiliaryActivation: oneOf(
    activationNames,
    'sigmoid',
    "Activation of the layers of the auxiliary loss; `sigmoid` as in the authors' code, `relu` as in FuxiCTR.",
  ),
  sumPooling: flag(
    false,
    "Adds the sum of the history, and its product with the target, to what the last layers read, as the authors' code.",
  ),
  hiddenUnits: units([200, 80], 'H, units of each hidden layer.'),
  activation: oneOf(hiddenActivationNames, 'relu', 'Activation of the hidden layers.'),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
};

/** Options of `dien`. */
export type DIENOptions = OptionsOf<typeof options>;
