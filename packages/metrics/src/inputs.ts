import { ConfigError, DataError, ShapeError, checkObject, expected } from '@ctrflow/core';

/** Scores, probabilities, labels or weights: one number per row. */
export type Column = Float32Array | Float64Array;

/** Labels 0 and 1 with the number that a model gave each row, and optional sample weights. */
export interface Scored {
  /** `[N]` of 0 and 1. */
  readonly labels: Column;
  /** `[N]`: anything whose order means "more likely", or probabilities where a metric says so. */
  readonly scores: Column;
  /** `[N]`, >= 0. Default 1. */
  readonly weights?: Column;
}

/**
 * Checks lengths, labels, scores and weights.
 *
 * @throws ShapeError for lengths that differ; DataError for a label that is not 0 or 1, a score that is NaN, a weight below 0, naming the row
 */
export function checkScored(who: string, scored: Scored): void {
  const { labels, scores, weights } = checkObject(who, 'labels and scores', scored);
  for (const [name, column] of Object.entries({ labels, scores, ...(weights !== undefined && { weights }) }))
    if (!isColumn(column))
      throw new ConfigError(expected(who, `numbers of all rows, as a Float32Array, for ${name}`, column));
  for (const [name, column] of [
    ['scores', scores],
    ['weights', weights],
  ] as const) {
    if (column === undefined || column.length === labels.length) continue;
    throw new ShapeError(expected(who, `${labels.length} ${name}, as many as labels`, column.length));
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) throw new DataError(expected(who, `label 0 or 1 in row ${i}`, labels[i]));
    if (Number.isNaN(scores[i]))
      throw new DataError(expected(who, `a score in row ${i}`, NaN, 'did the training diverge?'));
    if (weights !== undefined && !(weights[i] >= 0 && weights[i] < Infinity))
      throw new DataError(expected(who, `a weight >= 0 in row ${i}`, weights[i]));
  }
}

function isColumn(column: unknown): boolean {
  return ArrayBuffer.isView(column) || Array.isArray(column);
}

/** Sum of the weights of each class. */
export function classWeights({ labels, weights }: Pick<Scored, 'labels' | 'weights'>): {
  positive: number;
  negative: number;
} {
  let positive = 0;
  let negative = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    if (labels[i] === 1) positive += weight;
    else negative += weight;
  }
  return { positive, negative };
}

/** @throws DataError unless both classes have weight */
export function requireBothClasses(
  who: string,
  scored: Pick<Scored, 'labels' | 'weights'>,
): { positive: number; negative: number } {
  const sums = classWeights(scored);
  if (sums.positive > 0 && sums.negative > 0) return sums;
  const only = sums.positive > 0 ? 'only label 1' : sums.negative > 0 ? 'only label 0' : 'no rows';
  throw new DataError(expected(who, 'rows of both classes', only, 'the metric is not defined for one class'));
}

/** {@link checkScored} of scores that are probabilities. */
export function checkProbabilities(who: string, scored: Scored): void {
  checkScored(who, scored);
  const wrong = scored.scores.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong < 0) return;
  throw new DataError(
    expected(who, `a probability in row ${wrong}`, scored.scores[wrong], 'logits are no probabilities'),
  );
}

/** @throws DataError unless some row has weight */
export function requireWeight(who: string, weight: number): void {
  if (!(weight > 0)) throw new DataError(expected(who, 'rows with a weight above 0', 'none'));
}
