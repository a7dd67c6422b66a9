import { checkScored } from './inputs';
import type { Scored } from './inputs';
import { ascending } from './order';

/** Weights of true and false positives when everything at or above a threshold is predicted positive, for each of P thresholds. */
export interface ThresholdPoints {
  /** `[P]`, descending. */
  readonly thresholds: Float64Array;
  /** `[P]` */
  readonly truePositive: Float64Array;
  /** `[P]` */
  readonly falsePositive: Float64Array;
}

/** A point for every distinct score, thresholds descending. Rows of weight 0 make no point. */
export function thresholdPoints(scored: Scored): ThresholdPoints {
  return pointsOf('thresholdPoints', scored);
}

/** {@link thresholdPoints} for a caller that errors name. */
export function pointsOf(who: string, scored: Scored): ThresholdPoints {
  checkScored(who, scored);
  const { labels, scores, weights } = scored;
  const { order, runs } = ascending(scores);
  const [thresholds, truePositive, falsePositive] = [0, 1, 2].map(() => new Float64Array(runs.length - 1));
  let [point, positives, negatives, before] = [0, 0, 0, 0];
  for (let run = runs.length - 2; run >= 0; run--) {
    for (let i = runs[run]; i < runs[run + 1]; i++) {
      const weight = weights?.[order[i]] ?? 1;
      if (labels[order[i]] === 1) positives += weight;
      else negatives += weight;
    }
    if (positives + negatives === before) continue;
    before = positives + negatives;
    thresholds[point] = scores[order[runs[run]]];
    truePositive[point] = positives;
    falsePositive[point++] = negatives;
  }
  return {
    thresholds: thresholds.subarray(0, point),
    truePositive: truePositive.subarray(0, point),
    falsePositive: falsePositive.subarray(0, point),
  };
}
