/** Layers in plain float64 loops over rows of numbers, written from their formulas: what tests compare tensors with. */

/** A row of numbers. */
export type Row = readonly number[];

/** Numbers by index: an array or a typed array. */
export type Numbers = ArrayLike<number>;

/** Activations as PyTorch defines them. */
export const exactActivations = {
  linear: (x: number): number => x,
  relu: (x: number): number => (x > 0 ? x : 0),
  'leaky-relu': (x: number): number => (x > 0 ? x : 0.01 * x),
  sigmoid: (x: number): number => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
} as const;

/** `y = x W + b` for one row; `kernel [K, H]` row by row. */
export function exactDense(x: Row, kernel: Numbers, bias?: Numbers): number[] {
  const units = kernel.length / x.length;
  return Array.from({ length: units }, (_, h) => {
    let sum = bias?.[h] ?? 0;
    for (let k = 0; k < x.length; k++) sum += x[k] * kernel[k * units + h];
    return sum;
  });
}

/** What {@link exactMLP} needs to know. */
export interface ExactMLPOptions {
  /** Where the MLP stands, such as `deep`. */
  readonly path: string;
  readonly numHidden: number;
  /** Default `relu`. */
  readonly activation?: keyof typeof exactActivations;
}

/**
 * An MLP in prediction for one row, its weights found by path: `dense_1 -> batch_norm_1 (if it has weights) -> activation` (Dice or PReLU if they have weights), and so on, then
 * `output` if it has weights.
 */
export function exactMLP(
  x: Row,
  weights: Readonly<Record<string, Numbers | undefined>>,
  { path, numHidden, activation = 'relu' }: ExactMLPOptions,
): number[] {
  const dense = (row: Row, name: string): number[] => {
    const kernel = weights[`${path}/${name}/kernel`];
    if (kernel === undefined) throw new Error(`exactMLP: expected a weight ${path}/${name}/kernel, got none`);
    return exactDense(row, kernel, weights[`${path}/${name}/bias`]);
  };
  let row = [...x];
  for (let i = 1; i <= numHidden; i++) {
    row = dense(row, `dense_${i}`);
    const part = (name: string): Numbers | undefined => weights[`${path}/batch_norm_${i}/${name}`];
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(part);
    if (gamma !== undefined && beta !== undefined && mean !== undefined && variance !== undefined)
      row = row.map((value, h) => (gamma[h] * (value - mean[h])) / Math.sqrt(variance[h] + 1e-5) + beta[h]);
    row = exactActivation(row, weights, { path, suffix: `_${i}`, activation });
  }
  return `${path}/output/kernel` in weights ? dense(row, 'output') : row;
}

/** The activation of hidden layer `suffix` in prediction: Dice or PReLU when they have weights below `path`, else the one that is named. */
export function exactActivation(
  row: Row,
  weights: Readonly<Record<string, Numbers | undefined>>,
  { path, suffix, activation = 'relu' }: { readonly path: string; readonly suffix: string; readonly activation?: keyof typeof exactActivations }, // prettier-ignore
): number[] {
  const part = (name: string): Numbers | undefined => weights[`${path}/${name}`];
  const [alpha, mean, variance] = ['alpha', 'moving_mean', 'moving_variance'].map((name) => part(`dice${suffix}/${name}`)); // prettier-ignore
  if (alpha !== undefined && mean !== undefined && variance !== undefined)
    return row.map((x, h) => exactDiceUnit(x, alpha[h], mean[h], variance[h]));
  const slopes = part(`prelu${suffix}/alpha`);
  return slopes === undefined ? row.map(exactActivations[activation]) : row.map((x, h) => (x > 0 ? x : slopes[h] * x));
}

/** What batch normalization over some rows gives: normalized rows, and the statistics that move on. */
export interface ExactBatchNorm {
  readonly rows: number[][];
  readonly movingMean: number[];
  readonly movingVariance: number[];
}

/** Batch normalization in training, PyTorch's conventions: biased variance to normalize, the unbiased one into the moving variance, momentum 0.1. */
export function exactBatchNorm(
  rows: readonly Row[],
  gamma: Numbers,
  beta: Numbers,
  moving: { readonly mean: Numbers; readonly variance: Numbers },
): ExactBatchNorm {
  const B = rows.length;
  const columns = rows[0].map((_, h) => rows.map((row) => row[h]));
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / B);
  const squares = columns.map((column, h) => column.reduce((sum, x) => sum + (x - means[h]) ** 2, 0));
  return {
    rows: rows.map((row) =>
      row.map((x, h) => (gamma[h] * (x - means[h])) / Math.sqrt(squares[h] / B + 1e-5) + beta[h]),
    ),
    movingMean: means.map((mean, h) => 0.9 * moving.mean[h] + 0.1 * mean),
    movingVariance: squares.map((sum, h) => 0.9 * moving.variance[h] + (0.1 * sum) / Math.max(1, B - 1)),
  };
}

/** Layer normalization of one row with gain and offset: biased variance, eps 1e-5. */
export function exactLayerNorm(x: Row, gamma: Numbers, beta: Numbers): number[] {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length;
  return x.map((v, d) => (gamma[d] * (v - mean)) / Math.sqrt(variance + 1e-5) + beta[d]);
}

/** What Dice over some rows gives; `spread` is the largest 1 / sqrt(var + eps), by which roundings of `x - mean` are magnified. */
export interface ExactDice extends ExactBatchNorm {
  readonly spread: number;
}

/**
 * Dice in training (equation 8 of the paper on DIN): `p x + alpha (1 - p) x`, p the sigmoid of x normalized by the mean and the biased variance of the rows, each row counted
 * by its weight; the unbiased variance into the moving one, momentum 0.01, eps 1e-9.
 */
export function exactDice(
  rows: readonly Row[],
  alpha: Numbers,
  moving: { readonly mean: Numbers; readonly variance: Numbers },
  weights: Row = rows.map(() => 1),
): ExactDice {
  const n = weights.reduce((sum, w) => sum + w, 0);
  const units = rows[0].map((_, h) => {
    const mean = rows.reduce((sum, row, i) => sum + weights[i] * row[h], 0) / n;
    const variance = rows.reduce((sum, row, i) => sum + weights[i] * (row[h] - mean) ** 2, 0) / n;
    return { mean, variance };
  });
  return {
    rows: rows.map((row) => row.map((x, h) => exactDiceUnit(x, alpha[h], units[h].mean, units[h].variance))),
    movingMean: units.map(({ mean }, h) => 0.99 * moving.mean[h] + 0.01 * mean),
    movingVariance: units.map(({ variance }, h) => 0.99 * moving.variance[h] + (0.01 * variance * n) / Math.max(1, n - 1)), // prettier-ignore
    spread: Math.max(...units.map(({ variance }) => 1 / Math.sqrt(variance + 1e-9))),
  };
}

/** Dice of one number with given statistics. */
export function exactDiceUnit(x: number, alpha: number, mean: number, variance: number): number {
  const p = 1 / (1 + Math.exp(-(x - mean) / Math.sqrt(variance + 1e-9)));
  return p * x + alpha * (1 - p) * x;
}

/** Second-order interactions by their definition, the double sum over pairs: `sum_{i<j} <e_i, e_j>`, `embeddings [F][D]`. */
export function exactPairs(embeddings: readonly Row[]): number {
  let total = 0;
  for (let i = 0; i < embeddings.length; i++)
    for (let j = i + 1; j < embeddings.length; j++)
      for (let d = 0; d < embeddings[i].length; d++) total += embeddings[i][d] * embeddings[j][d];
  return total;
}

/** Pools a list of vectors, each with its weight. */
export function exactPooling(list: readonly Row[], weights: Row, dim: number, pooling: 'sum' | 'mean'): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: dim }, (_, d) => {
    const sum = list.reduce((pooled, vector, t) => pooled + weights[t] * vector[d], 0);
    return pooling === 'sum' ? sum : sum / Math.max(total, 1e-12);
  });
}

/** Keeps elements where the mask is 1, scaled by the keep rate. */
export function exactDropout(x: Row, mask: Numbers, rate: number): number[] {
  return x.map((value, i) => (mask[i] === 1 ? value / (1 - rate) : 0));
}

/** Mean binary cross-entropy from logits: `-y ln p - (1 - y) ln (1 - p)`, in a form that does not overflow. */
export function exactCrossEntropy(logits: Row, labels: Numbers): number {
  const losses = logits.map((z, b) => Math.max(z, 0) - z * labels[b] + Math.log1p(Math.exp(-Math.abs(z))));
  return losses.reduce((sum, loss) => sum + loss, 0) / logits.length;
}
