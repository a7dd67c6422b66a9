import { flatten } from '@ctrflow/layers';
import { defineModel, historiesOf, slotsBeside, tower } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { interest } from './interest';
import { options } from './options';
import type { DIENOptions } from './options';

/**
 * DIEN: interests as they evolve towards a target. A GRU extracts a state per event of each history, an auxiliary loss makes it tell the next event; attention
 * to the target steers a second GRU over these states: `logit = MLP([e_1, ..., e_F, h'_1, ..., h'_K])`.
 *
 * Shapes: history `[B, T, H]`, H = C D for C columns -> states `[B, T, H]` -> interest `[B, H]`; with the other fields `[B, F D + K H]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = dien(schema, { evolution: 'augru', auxiliaryWeight: 1 });
 * @throws SchemaError when no sequence shares the table of a field, or fields ask for different embedding sizes
 * @see Zhou, Mou, Fan, Pi, Bian, Zhou, Zhu, Gai: DIEN. AAAI 2019, equations 2 to 14.
 */
export const dien: ModelFactory<DIENOptions> = defineModel({
  name: 'dien',
  version: 1,
  summary: 'Interests as they evolve: a GRU per history, an auxiliary loss, attention that steers a second GRU.',
  paper:
    'Zhou, Mou, Fan, Pi, Bian, Zhou, Zhu, Gai: Deep Interest Evolution Network for Click-Through Rate Prediction. AAAI 2019.',
  options,
  assemble(a, options) {
    const histories = historiesOf('dien', a.schema);
    const embeddings = a.embeddings({ slots: slotsBeside(a.schema, histories) });
    const interests = histories.map((history, k) => interest(a, history, k + 1, options));
    const deep = tower(a, 'deep', options);
    return () => {
      const e = embeddings(); // [B, F, D]
      return deep([flatten(e), ...interests.flatMap((vectors) => vectors(e))]); // [B, 1]
    };
  },
});
