import { exactActivation, exactDense } from './oracles';
import type { Numbers, Row, exactActivations } from './oracles';

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
