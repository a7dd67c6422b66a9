import { checkKnownOptions, checkOneOf } from '@ctrflow/core';
import { checkScored, requireBothClasses } from './inputs';
import type { Column, Scored } from './inputs';
import { ascending } from './order';

/** An AUC with its interval. */
export interface AucInterval {
  readonly auc: number;
  /** 0 when nothing varies, NaN when a class is too small to tell. */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** A difference of two AUCs of the same rows with its interval. */
export interface AucDifference {
  readonly difference: number;
  /** As of {@link AucInterval}. */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

/** What sample weights mean for the width of an interval. */
export interface IntervalOptions {
  /**
   * `counts`: a row of weight 3 is three rows, so larger weights narrow the interval. `importance`: a row is one observation however much it weighs, so only the ratios of
   * the weights matter. Both agree without weights. Default `counts`.
   */
  readonly weightsAre?: 'counts' | 'importance';
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/** Structural components of one class of rows: the weight of the other class that each row is on the right side of, over all of it; ties half. */
interface Components {
  readonly values: Float64Array;
  /** Without weights, all 1. */
  readonly weights: Float64Array;
}

/**
 * AUC with DeLong's 95 % interval, in O(n log n).
 *
 * With `V_i` the structural component of row i of a class and `W = sum w_i`, the variance is the sum over both classes of
 * `sum w_i (V_i - AUC)^2 / ((W - 1) W)` for counts, `n / (n - 1) sum w_i^2 (V_i - AUC)^2 / W^2` for importance. A class of one row (or counts that sum to at most 1) shows no
 * variance: the interval is then [0, 1].
 *
 * @throws DataError when one class is missing
 * @see DeLong, DeLong, Clarke-Pearson: Comparing the areas under two or more correlated ROC curves. Biometrics 1988.
 * @see Sun, Xu: Fast implementation of DeLong's algorithm. IEEE SPL 2014.
 */
export function aucInterval(scored: Scored, options: IntervalOptions = {}): AucInterval {
  const weightsAre = checkOptions('aucInterval', options);
  checkScored('aucInterval', scored);
  requireBothClasses('aucInterval', scored);
  const { auc, positive, negative } = components(scored);
  const standardError = Math.sqrt(varianceOfMean(positive, weightsAre) + varianceOfMean(negative, weightsAre));
  if (Number.isNaN(standardError)) return { auc, standardError, low: 0, high: 1 };
  return { auc, standardError, low: Math.max(0, auc - Z * standardError), high: Math.min(1, auc + Z * standardError) };
}

/**
 * AUC of `scores` minus AUC of `others` on the same rows, with DeLong's 95 % interval for the paired difference: {@link aucInterval} with the differences of the structural
 * components in the place of the components.
 */
export function aucDifference(
  labels: Column,
  scores: Column,
  others: Column,
  options: IntervalOptions & Pick<Scored, 'weights'> = {},
): AucDifference {
  const weightsAre = checkOptions('aucDifference', options, ['weights']);
  const { weights } = options;
  const rows = { labels, ...(weights !== undefined && { weights }) };
  checkScored('aucDifference', { ...rows, scores });
  checkScored('aucDifference', { ...rows, scores: others });
  requireBothClasses('aucDifference', rows);
  const [one, other] = [components({ ...rows, scores }), components({ ...rows, scores: others })];
  const variance = (a: Components, b: Components): number =>
    varianceOfMean({ values: a.values.map((value, i) => value - b.values[i]), weights: a.weights }, weightsAre);
  const difference = one.auc - other.auc;
  const standardError = Math.sqrt(variance(one.positive, other.positive) + variance(one.negative, other.negative));
  if (Number.isNaN(standardError)) return { difference, standardError, low: -1, high: 1 };
  return { difference, standardError, low: difference - Z * standardError, high: difference + Z * standardError };
}

function checkOptions(who: string, options: IntervalOptions, others: readonly string[] = []): 'counts' | 'importance' {
  checkKnownOptions(who, options, ['weightsAre', ...others]);
  const { weightsAre = 'counts' } = options;
  return checkOneOf(who, 'weightsAre', weightsAre, ['counts', 'importance'] as const);
}

/** Structural components of the rows with weight, by class in row order. */
function components({ labels, scores, weights }: Scored): { auc: number; positive: Components; negative: Components } {
  const total = requireBothClasses('components', { labels, ...(weights && { weights }) });
  const { order, runs } = ascending(scores);
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  const values = new Float64Array(labels.length);
  let [positivesBelow, negativesBelow] = [0, 0];
  for (let run = 0; run + 1 < runs.length; run++) {
    const ties = order.subarray(runs[run], runs[run + 1]);
    let [positives, negatives] = [0, 0];
    for (const row of ties) {
      if (labels[row] === 1) positives += weightOf(row);
      else negatives += weightOf(row);
    }
    const ofPositives = (negativesBelow + negatives / 2) / total.negative;
    const ofNegatives = 1 - (positivesBelow + positives / 2) / total.positive;
    for (const row of ties) values[row] = labels[row] === 1 ? ofPositives : ofNegatives;
    positivesBelow += positives;
    negativesBelow += negatives;
  }
  const ofClass = (label: number): Components => {
    const chosen = (_: number, row: number): boolean => labels[row] === label && weightOf(row) > 0;
    return {
      values: values.filter(chosen),
      weights: Float64Array.from(labels, (_, row) => weightOf(row)).filter(chosen),
    };
  };
  const positive = ofClass(1);
  return { auc: weightedMean(positive), positive, negative: ofClass(0) };
}

/** Variance of the weighted mean of the values; NaN where so few show none. */
function varianceOfMean({ values, weights }: Components, weightsAre: 'counts' | 'importance'): number {
  const mean = weightedMean({ values, weights });
  let [squares, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = weightsAre === 'counts' ? weights[i] : weights[i] ** 2;
    squares += weight * (values[i] - mean) ** 2;
    total += weights[i];
  }
  const n = values.length;
  if (weightsAre === 'importance') return n > 1 ? ((n / (n - 1)) * squares) / total ** 2 : NaN;
  return total > 1 ? squares / (total - 1) / total : NaN;
}

function weightedMean({ values, weights }: Components): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}
