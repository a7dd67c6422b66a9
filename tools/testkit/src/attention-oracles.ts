import { exactActivation, exactActivations, exactDense, exactLayerNorm } from './oracles';
import type { Numbers, Row } from './oracles';

/** What {@link exactLocalActivation} needs to know. */
export interface ExactLocalActivationOptions {
  /** Where the unit stands, such as `attention_1`. */
  readonly path: string;
  readonly numHidden: number;
  /** Default `relu`; Dice and PReLU are known by their weights. */
  readonly activation?: keyof typeof exactActivations;
  /** Default false. */
  readonly softmax?: boolean;
}

/**
 * The local activation unit of DIN in prediction: weights of the events of one row, from the paper's own form `MLP([q, k, q - k, q * k, s])`; `events` are pairs of keys and
 * sides.
 */
export function exactLocalActivation(
  query: Row,
  events: readonly { readonly keys: Row; readonly sides: Row }[],
  weights: Readonly<Record<string, Numbers | undefined>>,
  { path, numHidden, activation = 'relu', softmax = false }: ExactLocalActivationOptions,
): number[] {
  const dense = (x: Row, name: string): number[] =>
    exactDense(x, weights[`${path}/${name}/kernel`] ?? [], weights[`${path}/${name}/bias`]);
  const scores = events.map(({ keys, sides }) => {
    let x = [...query, ...keys, ...query.map((q, d) => q - keys[d]), ...query.map((q, d) => q * keys[d]), ...sides];
    for (let i = 1; i <= numHidden; i++)
      x = exactActivation(dense(x, `dense_${i}`), weights, { path, suffix: `_${i}`, activation });
    return dense(x, 'output')[0];
  });
  return softmax ? exactSoftmax(scores) : scores;
}

/** `exp(x_i) / sum_j exp(x_j)`. */
export function exactSoftmax(x: Row): number[] {
  const largest = Math.max(...x);
  const powers = x.map((v) => Math.exp(v - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Weights by path; a missing one stands for a layer without it. */
type Weights = Readonly<Record<string, Numbers | undefined>>;

/** Multi-head self-attention over the positions of one row, `[T][M]`, all of which can be attended to. */
export function exactMultiHeadAttention(
  x: readonly Row[],
  weights: Weights,
  { path, numHeads }: { readonly path: string; readonly numHeads: number },
): number[][] {
  // prettier-ignore
  const map = (rows: readonly Row[], name: string): number[][] =>
    rows.map((row) => exactDense(row, weights[`${path}/${name}/kernel`] ?? [], weights[`${path}/${name}/bias`]));
  const [queries, keys, values] = ['query', 'key', 'value'].map((name) => map(x, name));
  const size = x[0].length / numHeads;
  const attended = queries.map((query) =>
    Array.from({ length: numHeads }, (_, head) => {
      const part = (row: Row): Row => row.slice(head * size, (head + 1) * size);
      const scores = keys.map((key) =>
        part(query).reduce((sum, q, d) => sum + (q * part(key)[d]) / Math.sqrt(size), 0),
      );
      const shares = exactSoftmax(scores);
      return Array.from({ length: size }, (_d, d) => values.reduce((sum, value, t) => sum + shares[t] * part(value)[d], 0)); // prettier-ignore
    }).flat(),
  );
  return map(attended, 'output');
}

/** A Transformer block over the positions of one row: equations 3 to 6 of the paper on BST, normalized after each addition where there are weights of norms. */
export function exactTransformerBlock(
  x: readonly Row[],
  weights: Weights,
  options: {
    readonly path: string;
    readonly numHeads: number;
    /** Default `leaky-relu`. */
    readonly activation?: keyof typeof exactActivations;
  },
): number[][] {
  const { path, numHeads, activation = 'leaky-relu' } = options;
  const part = (name: string): Numbers => weights[`${path}/${name}`] ?? [];
  const norm = (row: Row, name: string): Row =>
    `${path}/${name}/gamma` in weights ? exactLayerNorm(row, part(`${name}/gamma`), part(`${name}/beta`)) : row;
  const attended = exactMultiHeadAttention(x, weights, { path: `${path}/attention`, numHeads });
  return x.map((row, t) => {
    const s = norm(row.map((v, d) => v + attended[t][d]), 'layer_norm_1'); // prettier-ignore
    const hidden = exactDense(s, part('dense_1/kernel'), part('dense_1/bias')).map(exactActivations[activation]);
    const forward = exactDense(hidden, part('dense_2/kernel'), part('dense_2/bias'));
    return [...norm(s.map((v, d) => v + forward[d]), 'layer_norm_2')]; // prettier-ignore
  });
}
