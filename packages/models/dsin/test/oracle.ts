import type { ModelOracle, OracleRow } from '@ctrflow/model-contract';
import { exactLSTM, exactLocalActivation, exactMLP, exactSoftmax, exactTransformerBlock } from '@ctrflow/testkit'; // prettier-ignore
import type { ActivationName, HiddenActivationName } from '@ctrflow/layers';
import type { DSINOptions } from '../src/index';

/** A history: names of its sequences with the fields that they are compared with, of its side columns, and T. */
export interface OracleSessions {
  readonly pairs: readonly (readonly [events: string, target: string])[];
  readonly sides: readonly string[];
  readonly sessionLength: number;
}

type Filled = Parameters<ModelOracle<DSINOptions>>[1];
type Vector = readonly number[];

/** Dice and PReLU are found by their weights. */
const plain = (activation: HiddenActivationName): ActivationName =>
  activation === 'dice' || activation === 'prelu' ? 'linear' : activation;
const added = (x: Vector, y: Vector): number[] => x.map((value, i) => value + y[i]);
const weighed = (vectors: readonly Vector[], shares: Vector, size: number): number[] =>
  Array.from({ length: size }, (_, d) => vectors.reduce((sum, vector, k) => sum + shares[k] * vector[d], 0));

/** The events of each session that has some, with their place in it. */
export function sessionsOfRow(
  row: OracleRow,
  { pairs, sides, sessionLength: T }: OracleSessions,
): { t: number; event: number[] }[][] {
  const columns = [...pairs.map(([events]) => events), ...sides];
  const lists = columns.map((name) => row.list(name));
  const weights = row.listWeights(columns[0]);
  const places = lists[0].map((_, p) => ({ k: Math.floor(p / T), t: p % T, event: lists.flatMap((list) => list[p]) }));
  const real = places.filter((_, p) => weights[p] !== 0);
  return [...new Set(real.map(({ k }) => k))].map((wanted) => real.filter(({ k }) => k === wanted));
}

/** Interests of one history as its sessions tell them: `[U^I, U^H]`. */
export function exactInterests(row: OracleRow, history: OracleSessions, index: number, options: Filled): number[][] {
  const { weights } = row;
  const { embeddingDim, biasEncoding, numHeads, activationUnit, attentionUnits, attentionActivation } = options;
  const M = embeddingDim * (history.pairs.length + history.sides.length);
  const bias = (name: string, at: number): number => (biasEncoding ? weights[`bias_encoding_${index}/${name}`][at] : 0);
  const interests = sessionsOfRow(row, history).map((session, k) => {
    const encoded = session.map(({ t, event }) => event.map((x, c) => x + bias('session', k) + bias('position', t) + bias('unit', c))); // prettier-ignore
    const attended = exactTransformerBlock(encoded, weights, { path: `self_attention_${index}`, numHeads, activation: 'relu' }); // prettier-ignore
    return weighed(attended, Array<number>(attended.length).fill(1 / attended.length), M);
  });
  const states = ['forward', 'backward'].map((direction) =>
    exactLSTM(interests, weights, { path: `interaction_${index}/${direction}`, backwards: direction === 'backward' }),
  );
  const interactions = interests.map((_, k) => added(states[0][k], states[1][k]));
  const target = history.pairs.flatMap(([, field]) => row.embeddings({ slots: [field] })[0]);
  const scoresOf = (vectors: readonly Vector[], path: string): number[] => {
    if (activationUnit === 'mlp') {
      const Q = target.length;
      const events = vectors.map((vector) => ({ keys: vector.slice(0, Q), sides: vector.slice(Q) }));
      const parts = { path, numHidden: attentionUnits.length, activation: plain(attentionActivation) };
      return exactLocalActivation(target, events, weights, parts);
    }
    const kernel = weights[`${path}/kernel`];
    return vectors.map((vector) => vector.reduce((sum, x, i) => sum + target.reduce((inner, y, j) => inner + x * kernel[i * target.length + j] * y, 0), 0)); // prettier-ignore
  };
  const activated = (vectors: readonly Vector[], path: string): number[] =>
    weighed(vectors, vectors.length === 0 ? [] : exactSoftmax(scoresOf(vectors, path)), M);
  return [
    activated(interests, `interest_activation_${index}`),
    activated(interactions, `interaction_activation_${index}`),
  ];
}

/** @param others - slots beside the histories, in the order of their vectors */
export function dsinOracle(others: readonly string[], histories: readonly OracleSessions[]): ModelOracle<DSINOptions> {
  return (row, options) => {
    const { hiddenUnits, activation } = options;
    const interests = histories.flatMap((history, i) => exactInterests(row, history, i + 1, options));
    const x = [...row.embeddings({ slots: others }).flat(), ...interests.flat()];
    return exactMLP(x, row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation: plain(activation) })[0];
  };
}
