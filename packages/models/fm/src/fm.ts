import { add } from '@tensorflow/tfjs-core';
import { FactorizationMachine } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';

/** Options of {@link fm}: only those that all models share. */
export type FMOptions = object;

/**
 * Factorization machine: `logit = b + sum_f w_f x_f + sum_{i<j} <v_i, v_j> x_i x_j`.
 *
 * Shapes: embeddings `[B, F, D]` -> logits `[B, 1]`.
 *
 * @example
 * const model = fm(schema, { embeddingDim: 10 });
 * @throws SchemaError when fields ask for different embedding sizes
 * @see Rendle: Factorization machines. ICDM 2010, equation 1.
 */
export const fm: ModelFactory = defineModel({
  name: 'fm',
  version: 1,
  summary: 'Factorization machine: a weight per value and a product of vectors per pair of fields.',
  paper: 'Rendle: Factorization Machines. ICDM 2010.',
  assemble(a) {
    const linear = a.linear();
    const embeddings = a.embeddings();
    const interactions = a.layer('fm', new FactorizationMachine());
    return () => add(linear(), interactions(embeddings()));
  },
});
