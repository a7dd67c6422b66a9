import { addN } from '@tensorflow/tfjs-core';
import { FactorizationMachine, MLP, flatten } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options, validate } from './options';
import type { DeepFMOptions } from './options';

/**
 * DeepFM: a factorization machine and an MLP over the same embeddings, `logit = y_linear + y_FM + y_DNN`.
 *
 * Shapes: embeddings `[B, F, D]` -> `[B, F D]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = deepFM(schema, { hiddenUnits: [64, 32], dropout: 0.2 });
 * @throws SchemaError when fields ask for different embedding sizes
 * @see Guo, Tang, Ye, Li, He: DeepFM. IJCAI 2017, equations 1 to 4.
 */
export const deepFM: ModelFactory<DeepFMOptions> = defineModel({
  name: 'deepfm',
  version: 1,
  summary: 'Factorization machine and a deep network on the same embeddings, added up.',
  paper: 'Guo, Tang, Ye, Li, He: DeepFM: A Factorization-Machine based Neural Network for CTR Prediction. IJCAI 2017.',
  options,
  validate,
  assemble(a, { hiddenUnits, dropout, batchNorm, activation, linearBias }) {
    const linear = a.linear({ bias: linearBias });
    const embeddings = a.embeddings();
    const fm = a.layer('fm', new FactorizationMachine());
    const deep = a.layer('deep', new MLP({ hiddenUnits, outputUnits: 1, dropout, batchNorm, activation }));
    return () => {
      const e = embeddings(); // [B, F, D]
      return addN([linear(), fm(e), deep(flatten(e))]); // [B, 1]
    };
  },
});
