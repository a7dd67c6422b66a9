import { Dense, MLP, flatten, sideBySide } from '@ctrflow/layers';
import { defineModel, tower } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { crossNetwork } from './cross-network';
import { options, validate } from './options';
import type { DCNv2Options } from './options';

/**
 * DCN-V2: a cross network, whose layers multiply the embeddings by maps of what is below, and a deep network, beside each other (`logit = w [x_L, h] + b`) or one on top of the other
 * (`logit = MLP(x_L)`).
 *
 * Shapes: embeddings `[B, F, D]` -> `x_0 [B, M]`, M = F D -> `x_L [B, M]` and `h [B, H]` -> logits `[B, 1]`.
 *
 * @example
 * const model = dcnv2(schema, { structure: 'stacked', cross: 'mixture', rank: 16, hiddenUnits: [64, 32] });
 * @throws SchemaError when fields ask for different embedding sizes
 * @see Wang, Shivanna, Cheng, Jain, Lin, Hong, Chi: DCN V2. WWW 2021, equations 1 to 4.
 */
export const dcnv2: ModelFactory<DCNv2Options> = defineModel({
  name: 'dcnv2',
  version: 1,
  summary: 'Cross layers of whole matrices or low-rank experts, beside a deep network or below it.',
  paper:
    'Wang, Shivanna, Cheng, Jain, Lin, Hong, Chi: DCN V2: Improved Deep & Cross Network and Practical Lessons for Web-scale Learning to Rank Systems. WWW 2021.',
  options,
  validate,
  assemble(a, options) {
    const { structure, embeddingDim, hiddenUnits, activation, dropout, batchNorm } = options;
    const embeddings = a.embeddings();
    const cross = crossNetwork(a, a.schema.slots.length * embeddingDim, options);
    if (structure === 'stacked') {
      const deep = tower(a, 'deep', options);
      return () => deep([cross(flatten(embeddings()))]); // [B, 1]
    }
    const deep = a.layer('deep', new MLP({ hiddenUnits, activation, dropout, batchNorm }));
    const output = a.layer('output', new Dense({ units: 1 }));
    return () => {
      const x = flatten(embeddings()); // [B, M]
      return output(sideBySide([cross(x), deep(x)])); // [B, 1]
    };
  },
});
