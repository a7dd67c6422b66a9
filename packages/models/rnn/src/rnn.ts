import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { ListSlot } from '@ctrflow/features';
import { AttentionPooling, BidirectionalLSTM, GRU, LSTM, SimpleRNN, maskedPooling, sideBySide } from '@ctrflow/layers';
import type { CtrLayer } from '@ctrflow/layers';
import { defineModel, flatEmbeddings, tower } from '@ctrflow/model-kit';
import type { Assembly, ModelFactory } from '@ctrflow/model-kit';
import { historyColumns } from './histories';
import { options } from './options';
import type { RNNOptions } from './options';

/**
 * A recurrent network over each history, an MLP over its state and the other fields: `logit = MLP([e_1, ..., e_F, s_1, ..., s_K])`. The baseline of what order
 * in a history is worth.
 *
 * Shapes: history `[B, T, C D]`, C columns side by side -> states `[B, T, H]` -> `[B, H]`; with the other fields `[B, F D + K H]` -> MLP -> logits `[B, 1]`.
 *
 * @example
 * const model = rnn(schema, { cell: 'lstm', units: 32, pooling: 'mean' });
 * @throws SchemaError when the schema has no sequence, or fields ask for different embedding sizes
 * @see Zhang et al.: Sequential click prediction. AAAI 2014; Hidasi et al.: Session-based recommendations with recurrent neural networks. ICLR 2016.
 */
export const rnn: ModelFactory<RNNOptions> = defineModel({
  name: 'rnn',
  version: 1,
  summary: 'Recurrent network (GRU or LSTM) over each history, an MLP behind: the sequence baseline.',
  paper:
    'Zhang, Dai, Xu, Feng, Wang, Bian, Wang, Liu: Sequential Click Prediction for Sponsored Search with Recurrent Neural Networks. AAAI 2014.',
  options,
  assemble(a, options) {
    const histories = historyColumns(a.schema);
    const inHistory = new Set(histories.flat().map(({ name }) => name));
    const others = a.schema.slots.flatMap(({ name }) => (inHistory.has(name) ? [] : [name]));
    const fields = flatEmbeddings(a, others);
    const states = histories.map((columns, k) => recurrent(a, columns, k + 1, options));
    const deep = tower(a, 'deep', options);
    return () => deep([...fields(), ...states.map((state) => state())]); // [B, 1]
  },
});

/** A history as one vector: `[B, H]`. */
function recurrent(
  a: Assembly,
  columns: readonly ListSlot[],
  k: number,
  options: Required<RNNOptions>,
): () => Tensor2D {
  const lists = columns.map((column) => a.list(column.name));
  const read = a.layer(`recurrent_${k}`, cellOf(options));
  const pool = poolingOf(a, k, options);
  return () => {
    const entries = lists.map((list) => list());
    const mask = entries[0].weights;
    const sequence = sideBySide(entries.map(({ rows }) => rows)); // [B, T, C D]
    return pool(read([sequence, mask]), mask); // [B, H]
  };
}

/** What the states become, `[B, H]` (already, for the last one) or `[B, T, H]` with a mask `[B, T]` -> `[B, H]`. */
function poolingOf(
  a: Assembly,
  k: number,
  { pooling, units }: Required<RNNOptions>,
): (states: Tensor, mask: Tensor2D) => Tensor2D {
  switch (pooling) {
    case 'last':
      return (state) => state as Tensor2D;
    case 'mean':
      return (states, mask) => maskedPooling(states as Tensor3D, mask, 'mean');
    case 'attention': {
      const attention = a.layer(`attention_${k}`, new AttentionPooling({ units }));
      return (states, mask) => attention([states, mask]);
    }
  }
}

function cellOf({ cell, units, pooling }: Required<RNNOptions>): CtrLayer {
  const returnSequences = pooling !== 'last';
  switch (cell) {
    case 'rnn':
      return new SimpleRNN({ units, returnSequences });
    case 'gru':
      return new GRU({ units, returnSequences });
    case 'lstm':
      return new LSTM({ units, returnSequences });
    case 'bidirectional-lstm':
      return new BidirectionalLSTM({ units, returnSequences });
  }
}
