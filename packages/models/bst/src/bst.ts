import { reshape, slice } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { PositionEncoding, TransformerBlock, flatten, maskedPooling, sideBySide } from '@ctrflow/layers';
import { ConfigError, expected } from '@ctrflow/core';
import { defineModel, historiesOf, readHistory, slotsBeside, tower } from '@ctrflow/model-kit';
import type { Assembly, CommonModelOptions, History, ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { BSTOptions } from './options';
import { byPlace, distances, maskWithTarget, withTarget } from './sequence';

type FilledOptions = Required<BSTOptions> & Required<CommonModelOptions>;

/**
 * BST, the behavior sequence transformer: past events and the target item, each with its position, attend to each other; what comes out is pooled beside all other fields;
 * then an MLP.
 *
 * A history is a sequence that shares the table of a field (`shareTable: 'item'`): that field is its target. Sequences with the same `history` are its columns, side by side.
 *
 * Shapes: events and target `[B, T + 1, C D]` with positions `[B, T + 1, D]` -> `[B, T + 1, M]` -> blocks -> pooled `[B, M]`; with the other fields `[B, F D + M]` -> MLP -> logits
 * `[B, 1]`; M is C D + D. With `concat` pooling the outputs of all N + 1 places are `[B, (N + 1) M]`, N being the history's `maxLength`.
 *
 * @example
 * const model = bst(schema, { numHeads: 8, hiddenUnits: [256, 128] });
 * @throws SchemaError when no sequence shares the table of a field, or fields ask for different embedding sizes; ConfigError when the heads do not divide M
 * @see Chen et al.: Behavior Sequence Transformer for e-commerce recommendation in Alibaba. DLP-KDD 2019, equations 1 to 6.
 */
export const bst: ModelFactory<BSTOptions> = defineModel({
  name: 'bst',
  version: 1,
  summary: 'A Transformer over past events and the target item, with positions, and a deep network.',
  paper:
    'Chen, Zhao, Li, Huang, Ou: Behavior Sequence Transformer for E-commerce Recommendation in Alibaba. DLP-KDD 2019.',
  options,
  assemble(a, options) {
    const histories = historiesOf('bst', a.schema);
    const embeddings = a.embeddings({ slots: slotsBeside(a.schema, histories) });
    const encoders = histories.map((history, i) => encoder(a, history, { ...options, index: i + 1 }));
    const deep = tower(a, 'deep', options);
    return () => {
      const e = embeddings(); // [B, F, D]
      return deep([flatten(e), ...encoders.map((encode) => encode(e))]); // [B, 1]
    };
  },
});

/** A history and its target as one vector: `[B, M]`. */
function encoder(
  a: Assembly,
  history: History,
  options: FilledOptions & { readonly index: number },
): (embeddings: Tensor3D) => Tensor2D {
  // prettier-ignore
  const { index, embeddingDim, positions, numBlocks, numHeads, dropout, attentionDropout, pooling } = options;
  const size = embeddingDim * (history.pairs.length + history.sides.length + (positions ? 1 : 0));
  if (size % numHeads !== 0) {
    const hint = `a position's vector has the columns of "${history.name}"${positions ? ' and the position' : ''}, ${embeddingDim} numbers each`;
    throw new ConfigError(expected('bst', `a divisor of ${size} for numHeads`, numHeads, hint));
  }
  const read = readHistory(a, history);
  const numPositions = history.maxLength + 1;
  const position = positions
    ? a.layer(`positions_${index}`, new PositionEncoding({ numPositions, size: embeddingDim }))
    : undefined;
  const blocks = Array.from({ length: numBlocks }, (_, l) =>
    a.layer(`block_${index}_${l + 1}`, new TransformerBlock({ size, numHeads, dropout, attentionDropout })),
  );
  return (embeddings) => {
    const tensors = read(embeddings);
    const mask = maskWithTarget(tensors.mask); // [B, T + 1]
    const sequence = withTarget(tensors); // [B, T + 1, C D]
    const places = distances(tensors.mask); // [B, T + 1]
    const placed = position === undefined ? sequence : sideBySide([sequence, position(places)]);
    const out = blocks.reduce((x, block) => block([x, mask]), placed); // [B, T + 1, M]
    if (pooling === 'target') return reshape(slice(out, [0, out.shape[1] - 1, 0], [-1, 1, size]), [-1, size]); // [B, M]
    if (pooling === 'concat') return byPlace(out, { places, mask, numPlaces: numPositions }); // [B, (N + 1) M]
    return maskedPooling(out, mask, pooling); // [B, M]
  };
}
