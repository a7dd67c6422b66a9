import { checkScored, classWeights, requireBothClasses } from './inputs';
import type { Column, Scored } from './inputs';
import { ascendingOrder } from './order';

/** An AUC with its interval. */
export interface AucInterval {
  readonly auc: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** A difference of two AUCs of the same rows with its interval. */
export interface AucDifference {
  readonly difference: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/**
 * AUC with DeLong's 95 % interval, in O(n log n).
 *
 * @see DeLong, DeLong, Clarke-Pearson: Comparing the areas under two or more correlated ROC curves. Biometrics 1988.
 * @see Sun, Xu: Fast implementation of DeLong's algorithm. IEEE SPL 2014.
 */
export function aucInterval(scored: Omit<Scored, 'weights'>): AucInterval {
  checkScored('aucInterval', scored);
  requireBothClasses('aucInterval', scored);
  const { auc, positive, negative } = components(scored.labels, scored.scores);
  const standardError = Math.sqrt(
    covariance(positive, positive) / positive.length + covariance(negative, negative) / negative.length,
  );
  return { auc, standardError, low: Math.max(0, auc - Z * standardError), high: Math.min(1, auc + Z * standardError) };
}

/** AUC of `scores` minus AUC of `others` on the same rows, with DeLong's 95 % interval for the paired difference. */
export function aucDifference(labels: Column, scores: Column, others: Column): AucDifference {
  checkScored('aucDifference', { labels, scores });
  checkScored('aucDifference', { labels, scores: others });
  requireBothClasses('aucDifference', { labels });
  const [one, other] = [components(labels, scores), components(labels, others)];
  const variance = (a: Float64Array, b: Float64Array): number =>
    (covariance(a, a) + covariance(b, b) - 2 * covariance(a, b)) / a.length;
  const difference = one.auc - other.auc;
  const standardError = Math.sqrt(
    Math.max(0, variance(one.positive, other.positive) + variance(one.negative, other.negative)),
  );
  return { difference, standardError, low: difference - Z * standardError, high: difference + Z * standardError };
}

/** Structural components: for each positive the share of negatives below, for each negative the share of positives above; ties half. */
function components(labels: Column, scores: Column): { auc: number; positive: Float64Array; negative: Float64Array } {
  const order = ascendingOrder(scores);
  const numPositive = classWeights({ labels }).positive;
  const numNegative = labels.length - numPositive;
  const share = new Float64Array(labels.length);
  let [positivesBelow, negativesBelow] = [0, 0];
  for (let i = 0; i < order.length;) {
    const start = i;
    let positives = 0;
    for (; i < order.length && scores[order[i]] === scores[order[start]]; i++) positives += labels[order[i]];
    const negatives = i - start - positives;
    for (let k = start; k < i; k++) {
      const below =
        labels[order[k]] === 1
          ? (negativesBelow + negatives / 2) / numNegative
          : 1 - (positivesBelow + positives / 2) / numPositive;
      share[order[k]] = below;
    }
    positivesBelow += positives;
    negativesBelow += negatives;
  }
  const positive = share.filter((_, row) => labels[row] === 1);
  const negative = share.filter((_, row) => labels[row] === 0);
  return { auc: positive.reduce((sum, value) => sum + value, 0) / numPositive, positive, negative };
}

/** Sample covariance. */
function covariance(a: Float64Array, b: Float64Array): number {
  const mean = (column: Float64Array): number => column.reduce((sum, value) => sum + value, 0) / column.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
  return sum / Math.max(1, a.length - 1);
}
