import { ConfigError, expected, flag, number, oneOf, share, units } from '@ctrflow/core';
import type { FilledOptions, OptionsOf } from '@ctrflow/core';
import { activationNames } from '@ctrflow/layers';

const structures = ['serial', 'parallel', 'mixed'] as const;

/** Options of `maskNet`: their defaults, what they may be and what they do. */
export const options = {
  structure: oneOf(
    structures,
    'parallel',
    'How the mask blocks are put together: one on top of the other, side by side on the embeddings, or side by side with the last one on top of the others.',
  ),
  blockUnits: units([64, 64, 64], 'H, units of each mask block; two blocks or more for `mixed`.'),
  hiddenUnits: units(
    [400, 400],
    "H, units of each hidden layer between the blocks and the output; none for the reference's serial model.",
  ),
  reductionRatio: number(2, "Width of a mask's hidden layer as a multiple of what it masks.", {
    min: 0,
    max: 100,
    exclusive: true,
  }),
  embeddingNorm: flag(true, "Layer normalization of every field's embedding before it is masked."),
  blockNorm: flag(true, 'Layer normalization inside the blocks.'),
  activation: oneOf(activationNames, 'relu', 'Activation of the blocks and the hidden layers.'),
  dropout: share(0, 'Dropout after each block and each hidden layer.'),
};

/** How the mask blocks are put together. */
export type MaskNetStructure = (typeof structures)[number];

/** Options of `maskNet`. */
export type MaskNetOptions = OptionsOf<typeof options>;

/** @throws ConfigError for too few blocks */
export function validate({ structure, blockUnits }: FilledOptions<typeof options>): void {
  if (blockUnits.length === 0)
    throw new ConfigError(expected('masknet', 'one block or more for blockUnits', blockUnits));
  if (structure === 'mixed' && blockUnits.length === 1) {
    const what = 'two blocks or more for blockUnits of the mixed structure';
    throw new ConfigError(expected('masknet', what, blockUnits));
  }
}
