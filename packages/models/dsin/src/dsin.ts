import { SchemaError, expected } from '@ctrflow/core';
import { flatten } from '@ctrflow/layers';
import { defineModel, historiesOf, slotsBeside, tower } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { sessionInterests } from './session-interests';
import { hasSessions } from './sessions';
import { options } from './options';
import type { DSINOptions } from './options';

/**
 * DSIN: a history is read session by session. Self-attention within each session gives an interest, a Bi-LSTM over the sessions tells how interests follow each other, and
 * two activation units weigh both by the target: `logit = MLP([e_1, ..., e_F, U^I_1, U^H_1, ..., U^I_N, U^H_N])` for N histories.
 *
 * Sessions come from the schema: a sequence with `sessions: { times, gapMinutes, maxSessions, maxSessionLength }` is encoded as K rows of T places, so that one reshape gives
 * `[B, K, T, M]` and nothing in a step depends on the data. A history without sessions is a list as others, pooled.
 *
 * Shapes: events `[B, K, T, M]`, M = C D for C columns -> interests `[B, K, M]` -> `U^I`, `U^H` `[B, M]`; with the other fields `[B, F D + 2 N M]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = dsin(schema, { numHeads: 4, hiddenUnits: [200, 80] });
 * @throws SchemaError when no history with a target is cut into sessions, or fields ask for different embedding sizes; ConfigError when the heads do not divide M
 * @see Feng, Lv, Shen, Wang, Sun, Zhu, Yang: DSIN. IJCAI 2019, section 3.
 */
export const dsin: ModelFactory<DSINOptions> = defineModel({
  name: 'dsin',
  version: 1,
  summary: 'A history cut into sessions: self-attention within each, a Bi-LSTM over them, attention to the target.',
  paper: 'Feng, Lv, Shen, Wang, Sun, Zhu, Yang: Deep Session Interest Network for Click-Through Rate Prediction. IJCAI 2019.', // prettier-ignore
  options,
  assemble(a, options) {
    const histories = historiesOf('dsin', a.schema).filter(hasSessions);
    if (histories.length === 0) {
      const hint = 'declare `sessions: { times: "<column of the events\' times>" }` on a column of the history';
      throw new SchemaError(expected('dsin', 'a history that is cut into sessions', 'none', hint));
    }
    const embeddings = a.embeddings({ slots: slotsBeside(a.schema, histories) });
    const interests = histories.map((history, i) => sessionInterests(a, history, i + 1, options));
    const deep = tower(a, 'deep', options);
    return () => {
      const e = embeddings(); // [B, F, D]
      return deep([flatten(e), ...interests.flatMap((read) => read(e))]); // [B, 1]
    };
  },
});
