import { exactLocalActivation, exactMLP, exactPooling } from '@ctrflow/testkit';
import type { ModelOracle, OracleHistory } from '@ctrflow/model-contract';
import type { DINOptions } from '../src/index';

/** Equation 3 of the paper for each history, beside the fields in `others`, and an MLP. */
export function dinOracle(others: readonly string[], histories: readonly OracleHistory[]): ModelOracle<DINOptions> {
  return (row, { hiddenUnits, activation, attentionUnits, attentionActivation, attentionSoftmax, embeddingDim }) => {
    const plain = (name: string): 'linear' | 'relu' => (name === 'relu' ? 'relu' : 'linear'); // others are known by their weights
    const interests = histories.flatMap(({ pairs, sides }, i) => {
      const query = pairs.flatMap(([, target]) => row.embeddings({ slots: [target] })[0]);
      const columns = (names: readonly string[], t: number): number[] => names.flatMap((name) => row.list(name)[t]);
      const events = row.list(pairs[0][0]).map((_, t) => ({ keys: columns(pairs.map(([name]) => name), t), sides: columns(sides, t) })); // prettier-ignore
      const unit = { path: `attention_${i + 1}`, numHidden: attentionUnits.length, activation: plain(attentionActivation), softmax: attentionSoftmax }; // prettier-ignore
      const weights = exactLocalActivation(query, events, row.weights, unit);
      return exactPooling(events.map(({ keys, sides: own }) => [...keys, ...own]), weights, embeddingDim * (pairs.length + sides.length), 'sum'); // prettier-ignore
    });
    const input = [...row.embeddings({ slots: others }).flat(), ...interests];
    const mlp = { path: 'deep', numHidden: hiddenUnits.length, activation: plain(activation) };
    return exactMLP(input, row.weights, mlp)[0];
  };
}
