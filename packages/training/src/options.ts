/**
 * The numbers among the options of `fit`. They stand here alone, in an entry of its own (`@ctrflow/training/options`) that loads nothing else: a command line makes its flags of them.
 */
import { integer, number } from '@ctrflow/core';

/** Options of `fit` that are numbers: their defaults, what they may be and what they do. */
export const fitNumbers = {
  epochs: integer(20, 'Most passes over the training rows.', { min: 1 }),
  batchSize: integer(4096, 'Rows of one step, B.', { min: 1 }),
  clipNorm: number(undefined, 'Largest global norm of all gradients; without it nothing is clipped.', {
    min: 0,
    exclusive: true,
  }),
  patience: integer(2, 'Epochs in a row without improvement before stopping.', { min: 1 }),
  seed: integer(2021, 'Seeds shuffling, dropout and what is drawn.', { min: 0 }),
};
