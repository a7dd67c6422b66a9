import type { Tensor2D } from '@tensorflow/tfjs-core';
import { LayerNorm, MLP, MaskBlock, flatten, sideBySide } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options, validate } from './options';
import type { MaskNetOptions } from './options';

/**
 * MaskNet: blocks that multiply embeddings, or the output of the block below, by a mask that the embeddings of the instance decide.
 *
 * `block(v, h) = relu(LN(W (m(v) * h)))`, `m(v) = W2 relu(W1 v + b1) + b2`; serial `h_k = block_k(v, h_(k-1))`, `h_0 = LN(v)`; parallel
 * `[block_1(v, LN(v)), ..., block_n(v, LN(v))]`; mixed `block_n(v, [block_1(v, LN(v)), ..., block_(n-1)(v, LN(v))])`; then an MLP.
 *
 * Shapes: embeddings `[B, F, D]` -> `v [B, F D]` -> blocks `[B, H]`, parallel `[B, sum H]` -> logits `[B, 1]`.
 *
 * @example
 * const model = maskNet(schema, { structure: 'serial', blockUnits: [128, 64], hiddenUnits: [] });
 * @throws SchemaError when fields ask for different embedding sizes
 * @see Wang, She, Zhang: MaskNet. DLP-KDD 2021, equations 2 to 11.
 */
export const maskNet: ModelFactory<MaskNetOptions> = defineModel({
  name: 'masknet',
  version: 1,
  summary: 'Blocks that multiply embeddings by a mask which the instance itself decides.',
  paper:
    'Wang, She, Zhang: MaskNet: Introducing Feature-Wise Multiplication to CTR Ranking Models by Instance-Guided Mask. DLP-KDD 2021.',
  options,
  validate,
  assemble(a, { structure, blockUnits, hiddenUnits, reductionRatio, embeddingNorm, blockNorm, activation, dropout }) {
    const embeddings = a.embeddings();
    const norm = embeddingNorm ? a.layer('embedding_norm', new LayerNorm({ perField: true })) : undefined;
    const blocks = blockUnits.map((units, i) =>
      a.layer(`block_${i + 1}`, new MaskBlock({ units, reductionRatio, layerNorm: blockNorm, activation, dropout })),
    );
    const deep = a.layer('deep', new MLP({ hiddenUnits, outputUnits: 1, activation, dropout }));
    return () => {
      const e = embeddings(); // [B, F, D]
      const v = flatten(e);
      const masked = norm === undefined ? v : flatten(norm(e)); // [B, F D]
      const serial = (some: typeof blocks, below: Tensor2D): Tensor2D =>
        some.reduce((h, block) => block([v, h]), below); // [B, H]
      const parallel = (some: typeof blocks): Tensor2D => sideBySide(some.map((block) => block([v, masked]))); // [B, sum H]
      switch (structure) {
        case 'serial':
          return deep(serial(blocks, masked)); // [B, 1]
        case 'parallel':
          return deep(parallel(blocks));
        case 'mixed':
          return deep(serial(blocks.slice(-1), parallel(blocks.slice(0, -1))));
      }
    };
  },
});
