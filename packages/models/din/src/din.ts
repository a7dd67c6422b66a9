import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { LocalActivationUnit, flatten, maskedPooling } from '@ctrflow/layers';
import { defineModel, eventsOf, historiesOf, readHistory, slotsBeside, tower } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { DINOptions } from './options';

/**
 * DIN, the deep interest network: of each history as much enters as bears on the target, `v_U = sum_t a(q, k_t) k_t`, beside all other fields; then an MLP.
 *
 * A history is a sequence that shares the table of a field (`shareTable: 'item'`): that field is its target. Sequences with the same `history` are its columns; those that share no table
 * (behaviours, time gaps) enter the activation unit and the sum, too.
 *
 * Shapes: target `q [B, P D]`, events `k [B, T, P D]`, side columns `s [B, T, S D]` -> weights `[B, T]` -> interest `[B, (P + S) D]`; with the other fields
 * `[B, F D + ...]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = din(schema, { attentionUnits: [64, 32], attentionSoftmax: true });
 * @throws SchemaError when no sequence shares the table of a field, or fields ask for different embedding sizes
 * @see Zhou et al.: Deep Interest Network for click-through rate prediction. KDD 2018, equations 3 and 8.
 */
export const din: ModelFactory<DINOptions> = defineModel({
  name: 'din',
  version: 1,
  summary: 'Past events weighed by how they bear on the target item, pooled, and a deep network.',
  paper:
    'Zhou, Zhu, Song, Fan, Zhu, Ma, Yan, Jin, Li, Gai: Deep Interest Network for Click-Through Rate Prediction. KDD 2018.',
  options,
  assemble(a, options) {
    const { attentionUnits, attentionActivation, attentionSoftmax, diceStatistics } = options;
    const histories = historiesOf('din', a.schema);
    const embeddings = a.embeddings({ slots: slotsBeside(a.schema, histories) });
    const interests = histories.map((history, i) => {
      const read = readHistory(a, history, { packed: true });
      const unit = new LocalActivationUnit({
        hiddenUnits: attentionUnits,
        activation: attentionActivation,
        softmax: attentionSoftmax,
        diceStatistics: diceStatistics === 'real' ? 'real' : { paddedTo: history.maxLength },
      });
      const attention = a.layer(`attention_${i + 1}`, unit);
      return (fields: Tensor3D): Tensor2D => {
        const history = read(fields);
        const { query, keys, sides, mask, packing } = history;
        const compared = sides === undefined ? [query, keys, mask] : [query, keys, mask, sides];
        const weights = attention(compared, packing && { packing }); // [B, T]
        return maskedPooling(eventsOf(history), weights, 'sum'); // [B, (P + S) D]
      };
    });
    const deep = tower(a, 'deep', options);
    return () => {
      const e = embeddings(); // [B, F, D]
      return deep([flatten(e), ...interests.map((interest) => interest(e))]); // [B, 1]
    };
  },
});
