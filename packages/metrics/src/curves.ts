import { DataError, expected } from '@ctrflow/core';
import { checkScored, requireBothClasses } from './inputs';
import type { Scored } from './inputs';
import { ascendingOrder } from './order';

/** Weights of true and false positives when everything at or above a threshold is predicted positive. */
export interface ThresholdPoint {
  readonly threshold: number;
  readonly truePositive: number;
  readonly falsePositive: number;
}

/** A point for every distinct score, thresholds descending. */
export function thresholdPoints(scored: Scored): ThresholdPoint[] {
  checkScored('thresholdPoints', scored);
  const { labels, scores, weights } = scored;
  const order = ascendingOrder(scores);
  const points: ThresholdPoint[] = [];
  let truePositive = 0;
  let falsePositive = 0;
  for (let i = order.length - 1; i >= 0;) {
    const threshold = scores[order[i]];
    for (; i >= 0 && scores[order[i]] === threshold; i--) {
      const weight = weights?.[order[i]] ?? 1;
      if (labels[order[i]] === 1) truePositive += weight;
      else falsePositive += weight;
    }
    points.push({ threshold, truePositive, falsePositive });
  }
  return points;
}

/** Points (x, y) of a curve, for plotting. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** ROC curve: true positive rate (y) over false positive rate (x), thinned to about `maxPoints`. */
export function rocCurve(scored: Scored, maxPoints = 500): Curve {
  const { positive, negative } = requireBothClasses('rocCurve', scored);
  const points = thin(thresholdPoints(scored), maxPoints);
  return {
    x: [0, ...points.map(({ falsePositive }) => falsePositive / negative)],
    y: [0, ...points.map(({ truePositive }) => truePositive / positive)],
  };
}

/** Precision (y) over recall (x), thinned to about `maxPoints`. */
export function precisionRecallCurve(scored: Scored, maxPoints = 500): Curve {
  const { positive } = requireBothClasses('precisionRecallCurve', scored);
  const points = thin(thresholdPoints(scored), maxPoints);
  return {
    x: points.map(({ truePositive }) => truePositive / positive),
    y: points.map(({ truePositive, falsePositive }) => truePositive / (truePositive + falsePositive)),
  };
}

/** Area under the precision-recall curve as average precision: `sum_k (R_k - R_{k-1}) P_k`, as scikit-learn. */
export function averagePrecision(scored: Scored): number {
  const { positive } = requireBothClasses('averagePrecision', scored);
  let area = 0;
  let before = 0;
  for (const { truePositive, falsePositive } of thresholdPoints(scored)) {
    if (truePositive + falsePositive > 0)
      area += ((truePositive - before) / positive) * (truePositive / (truePositive + falsePositive));
    before = truePositive;
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

/** {@link Classification} at a threshold, or at the one with the highest F1 when none is given. 0 where a ratio has no rows. */
export function classification(scored: Scored, threshold?: number): Classification {
  const { positive } = requireBothClasses('classification', scored);
  const at = ({ threshold: cut, truePositive, falsePositive }: ThresholdPoint): Classification => {
    const predicted = truePositive + falsePositive;
    const precision = predicted === 0 ? 0 : truePositive / predicted;
    const recall = truePositive / positive;
    const f1 = truePositive === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { threshold: cut, precision, recall, f1 };
  };
  const points = thresholdPoints(scored);
  if (threshold === undefined) return points.map(at).reduce((best, point) => (point.f1 > best.f1 ? point : best));
  const last = points.findLast((point) => point.threshold >= threshold) ?? { truePositive: 0, falsePositive: 0 };
  return at({ ...last, threshold });
}

/** Rate of label 1 among the `fraction` of rows with the highest scores, over the overall rate. */
export function lift(scored: Scored, fraction: number): number {
  if (!(fraction > 0 && fraction <= 1)) throw new DataError(expected('lift', 'a fraction in (0, 1]', fraction));
  const { positive, negative } = requireBothClasses('lift', scored);
  const wanted = fraction * (positive + negative);
  let taken = 0;
  let found = 0;
  for (const { truePositive, falsePositive } of thresholdPoints(scored)) {
    const size = truePositive + falsePositive;
    const share = Math.min(1, (wanted - taken) / (size - taken || 1));
    found += share * (truePositive - found);
    taken += share * (size - taken);
    if (taken >= wanted) break;
  }
  return found / wanted / (positive / (positive + negative));
}

function thin<T>(points: readonly T[], maxPoints: number): readonly T[] {
  if (points.length <= maxPoints) return points;
  const every = points.length / maxPoints;
  return Array.from(
    { length: maxPoints },
    (_, i) => points[Math.min(points.length - 1, Math.floor((i + 1) * every) - 1)],
  );
}
