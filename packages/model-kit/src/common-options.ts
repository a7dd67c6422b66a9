import { integer, number } from '@ctrflow/core';
import type { OptionsOf } from '@ctrflow/core';
import { MAX_DIM } from '@ctrflow/embeddings';

/** The options that every model has. */
export const commonOptions = {
  embeddingDim: integer(16, 'D, size of the vectors of every field that does not say otherwise.', {
    min: 1,
    max: MAX_DIM,
  }),
  seed: integer(2021, 'Seeds initial weights.', { min: 0 }),
  embeddingStdDev: number(
    1e-4,
    "Standard deviation of initial table rows; the default is that of the field's reference.",
    {
      min: 0,
    },
  ),
};

/** Options of every model. */
export type CommonModelOptions = OptionsOf<typeof commonOptions>;
