import { MLP, flatten } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { DNNOptions } from './options';

/**
 * A plain deep network over all embeddings side by side: `logit = MLP([e_1, ..., e_F])`. No linear term, no product of fields: what other deep models are compared with.
 *
 * Shapes: embeddings `[B, F, D]` -> `[B, F D]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = dnn(schema, { hiddenUnits: [64, 32], dropout: 0.2 });
 * @throws SchemaError when fields ask for different embedding sizes
 * @see Covington, Adams, Sargin: Deep neural networks for YouTube recommendations. RecSys 2016, section 4 (the ranking network).
 */
export const dnn: ModelFactory<DNNOptions> = defineModel({
  name: 'dnn',
  version: 1,
  summary: 'A plain network over all embeddings, without any product of fields: the baseline of deep models.',
  paper: 'Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations. RecSys 2016.',
  options,
  assemble(a, { hiddenUnits, activation, dropout, batchNorm }) {
    const embeddings = a.embeddings();
    const deep = a.layer('deep', new MLP({ hiddenUnits, outputUnits: 1, activation, dropout, batchNorm }));
    return () => deep(flatten(embeddings())); // [B, 1]
  },
});
