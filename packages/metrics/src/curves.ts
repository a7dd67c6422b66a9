import { ConfigError, DataError, checkInteger, expected } from '@ctrflow/core';
import { requireBothClasses } from './inputs';
import type { Scored } from './inputs';
import { pointsOf } from './threshold-points';

/** Points (x, y) of a curve, for plotting. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** ROC curve: true positive rate (y) over false positive rate (x), thinned to about `maxPoints`. */
export function rocCurve(scored: Scored, maxPoints = 500): Curve {
  if (maxPoints !== Infinity) checkInteger('rocCurve', 'maxPoints', maxPoints, { min: 1 });
  const { truePositive, falsePositive } = pointsOf('rocCurve', scored);
  const { positive, negative } = requireBothClasses('rocCurve', scored);
  const points = thinned(truePositive.length, maxPoints);
  return {
    x: [0, ...points.map((i) => falsePositive[i] / negative)],
    y: [0, ...points.map((i) => truePositive[i] / positive)],
  };
}

/** Precision (y) over recall (x), thinned to about `maxPoints`. */
export function precisionRecallCurve(scored: Scored, maxPoints = 500): Curve {
  if (maxPoints !== Infinity) checkInteger('precisionRecallCurve', 'maxPoints', maxPoints, { min: 1 });
  const { truePositive, falsePositive } = pointsOf('precisionRecallCurve', scored);
  const { positive } = requireBothClasses('precisionRecallCurve', scored);
  const points = thinned(truePositive.length, maxPoints);
  return {
    x: points.map((i) => truePositive[i] / positive),
    y: points.map((i) => truePositive[i] / (truePositive[i] + falsePositive[i])),
  };
}

/** Area under the precision-recall curve as average precision: `sum_k (R_k - R_{k-1}) P_k`, as scikit-learn. */
export function averagePrecision(scored: Scored): number {
  const { truePositive, falsePositive } = pointsOf('averagePrecision', scored);
  const { positive } = requireBothClasses('averagePrecision', scored);
  let area = 0;
  let before = 0;
  for (let i = 0; i < truePositive.length; i++) {
    area += ((truePositive[i] - before) / positive) * (truePositive[i] / (truePositive[i] + falsePositive[i]));
    before = truePositive[i];
  }
  return area;
}

/** Precision, recall and F1 at a threshold: positive is predicted where score >= threshold. */
export interface Classification {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** {@link Classification} at a threshold, or at the one with the highest F1 (of equal ones the highest threshold) when none is given. 0 where a ratio has no rows. */
export function classification(scored: Scored, threshold?: number): Classification {
  if (threshold !== undefined && typeof threshold !== 'number')
    throw new ConfigError(expected('classification', 'a number for threshold', threshold));
  if (Number.isNaN(threshold)) throw new DataError(expected('classification', 'a threshold', threshold));
  const { thresholds, truePositive, falsePositive } = pointsOf('classification', scored);
  const { positive } = requireBothClasses('classification', scored);
  const at = (point: number, cut = thresholds[point]): Classification => {
    const found = point < 0 ? 0 : truePositive[point];
    const predicted = point < 0 ? 0 : found + falsePositive[point];
    const precision = predicted === 0 ? 0 : found / predicted;
    const recall = found / positive;
    const f1 = (2 * found) / (predicted + positive);
    return { threshold: cut, precision, recall, f1 };
  };
  if (threshold !== undefined) return at(thresholds.findLastIndex((cut) => cut >= threshold), threshold); // prettier-ignore
  let best = at(0);
  for (let i = 1; i < thresholds.length; i++)
    if ((2 * truePositive[i]) / (truePositive[i] + falsePositive[i] + positive) > best.f1) best = at(i);
  return best;
}

/** Rate of label 1 among the `fraction` of rows (by weight) with the highest scores, over the overall rate. Rows of equal score share their rate. */
export function lift(scored: Scored, fraction: number): number {
  if (typeof fraction !== 'number' || !(fraction > 0 && fraction <= 1))
    throw new DataError(expected('lift', 'a fraction in (0, 1]', fraction));
  const { truePositive, falsePositive } = pointsOf('lift', scored);
  const { positive, negative } = requireBothClasses('lift', scored);
  const wanted = fraction * (positive + negative);
  let [taken, found] = [0, 0];
  for (let i = 0; i < truePositive.length && taken < wanted; i++) {
    const size = truePositive[i] + falsePositive[i] - taken;
    const share = Math.min(1, (wanted - taken) / size);
    found += share * (truePositive[i] - found);
    taken += share * size;
  }
  return found / wanted / (positive / (positive + negative));
}

/** At most `maxPoints` of so many points, evenly, the last one included. */
function thinned(numPoints: number, maxPoints: number): number[] {
  const kept = Math.min(numPoints, maxPoints);
  return Array.from({ length: kept }, (_, i) => Math.floor(((i + 1) * numPoints) / kept) - 1);
}
