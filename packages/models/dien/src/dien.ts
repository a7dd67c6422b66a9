import { concat, reshape, slice } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { MLP } from '@ctrflow/layers';
import { defineModel, historiesOf, slotsBeside } from '@ctrflow/model-kit';
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
    const { hiddenUnits, activation, dropout, batchNorm } = options;
    const histories = historiesOf('dien', a.schema);
    const beside = slotsBeside(a.schema, histories);
    const embeddings = a.embeddings({ slots: beside });
    const ids = a.schema.slots
      .filter(({ kind, name }) => kind === 'id' && beside.includes(name))
      .map(({ name }) => name);
    const targets = histories.map(({ pairs }) => pairs.map(({ target }) => ids.indexOf(target.name)));
    const interests = histories.map((history, k) => interest(a, history, k + 1, options));
    const deep = a.layer('deep', new MLP({ hiddenUnits, outputUnits: 1, activation, dropout, batchNorm }));
    return () => {
      const e = embeddings(); // [B, F, D]
      const [, F, D] = e.shape;
      const flat: Tensor2D = reshape(e, [-1, F * D]);
      return deep(
        concat([flat, ...interests.flatMap((vectors, k) => vectors(fieldsOf(e, targets[k])))], 1),
      ) as Tensor2D; // [B, 1]
    };
  },
});

/** Some of the embeddings side by side: `[B, F, D]` -> `[B, A]`. */
function fieldsOf(embeddings: Tensor3D, positions: readonly number[]): Tensor2D {
  const [, , D] = embeddings.shape;
  const fields = positions.map((f): Tensor2D => reshape(slice(embeddings, [0, f, 0], [-1, 1, D]), [-1, D]));
  return fields.length === 1 ? fields[0] : concat(fields, 1);
}
