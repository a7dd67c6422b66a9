import { auc, groupAuc } from './auc';
import { calibrationRatio, expectedCalibrationError } from './calibration';
import { averagePrecision } from './curves';
import type { MetricGoal } from './goals';
import type { Grouped } from './groups';
import { brierScore, logLossFromLogits, normalizedEntropy } from './log-loss';

/** Scores of a binary target. */
export interface BinaryScores {
  /** `[B]` of 0 and 1. */
  readonly labels: Float32Array;
  /** `[B]`; what they are ranked by. */
  readonly logits: Float32Array;
  readonly probabilities: Float64Array;
  /** `[B]` >= 0. Default: 1 each. */
  readonly weights?: Float32Array;
  /** `[B]` keys of groups, NaN where a row has none. */
  readonly groups?: Float64Array;
}

/** Scores of a target that is a number. */
export interface NumberScores {
  /** `[B]` */
  readonly values: Float32Array;
  /** `[B]` */
  readonly predictions: Float64Array;
  readonly weights?: Float32Array;
}

/** Scores of a target of K classes. */
export interface ClassScores {
  /** `[B]` of 0 to K - 1. */
  readonly classes: Float32Array;
  readonly numClasses: number;
  /** `[B, K]`, row after row. */
  readonly probabilities: Float64Array;
  readonly weights?: Float32Array;
}

/** Scores by the kind of the target. */
export interface ScoresByKind {
  readonly binary: BinaryScores;
  readonly number: NumberScores;
  readonly class: ClassScores;
}

/**
 * A number that tells how good scores are.
 *
 * @example
 * const atTop: Metric<'binary'> = { name: 'liftOfTenth', kind: 'binary', better: 'maximize', of: ({ labels, logits }) => lift({ labels, scores: logits }, 0.1) };
 */
export interface Metric<K extends keyof ScoresByKind = keyof ScoresByKind> {
  /** Letters and digits; that of a target among several is `target.name`. */
  readonly name: string;
  /** The kind of target that it is of. */
  readonly kind: K;
  readonly better: MetricGoal;
  /** Undefined where the rows do not have what it needs, as groups. */
  of(scores: ScoresByKind[K]): number | undefined;
}

/** A metric of some kind of target. */
export type AnyMetric = Metric<'binary'> | Metric<'number'> | Metric<'class'>;

const byLogit = ({ labels, logits, weights }: BinaryScores) => ({
  labels,
  scores: logits,
  ...(weights && { weights }),
});
const byProbability = ({ labels, probabilities, weights }: BinaryScores) => ({
  labels,
  scores: probabilities,
  ...(weights && { weights }),
});

/** Metrics of binary targets. */
export const binaryMetrics: readonly Metric<'binary'>[] = [
  { name: 'auc', kind: 'binary', better: 'maximize', of: (scores) => auc(byLogit(scores)) },
  { name: 'logLoss', kind: 'binary', better: 'minimize', of: (scores) => logLossFromLogits(byLogit(scores)) },
  {
    name: 'gauc',
    kind: 'binary',
    better: 'maximize',
    of: ({ groups, ...scores }) =>
      groups === undefined ? undefined : groupAuc(withGroup({ ...byLogit(scores), groups })),
  },
  { name: 'prAuc', kind: 'binary', better: 'maximize', of: (scores) => averagePrecision(byLogit(scores)) },
  {
    name: 'normalizedEntropy',
    kind: 'binary',
    better: 'minimize',
    of: (scores) => normalizedEntropy(byProbability(scores)),
  },
  { name: 'brier', kind: 'binary', better: 'minimize', of: (scores) => brierScore(byProbability(scores)) },
  { name: 'ece', kind: 'binary', better: 'minimize', of: (scores) => expectedCalibrationError(byProbability(scores)) },
  { name: 'calibration', kind: 'binary', better: 'near-one', of: (scores) => calibrationRatio(byProbability(scores)) },
];

/** Metrics of targets that are numbers: root of the mean squared error, mean absolute error, and `sum of predictions / sum of values`. */
export const numberMetrics: readonly Metric<'number'>[] = [
  {
    name: 'rmse',
    kind: 'number',
    better: 'minimize',
    of({ values, predictions, weights }) {
      const squared = meanOfRows(values.length, weights, (row) => (predictions[row] - values[row]) ** 2);
      return squared === undefined ? undefined : Math.sqrt(squared);
    },
  },
  {
    name: 'mae',
    kind: 'number',
    better: 'minimize',
    of: ({ values, predictions, weights }) =>
      meanOfRows(values.length, weights, (row) => Math.abs(predictions[row] - values[row])),
  },
  {
    name: 'calibration',
    kind: 'number',
    better: 'near-one',
    of({ values, predictions, weights }) {
      const predicted = meanOfRows(values.length, weights, (row) => predictions[row]);
      const observed = meanOfRows(values.length, weights, (row) => values[row]);
      return predicted === undefined || observed === undefined ? undefined : predicted / observed;
    },
  },
];

/** Metrics of targets of classes: mean of `-ln p` of the row's class, and the share of rows whose class has the largest probability. */
export const classMetrics: readonly Metric<'class'>[] = [
  {
    name: 'logLoss',
    kind: 'class',
    better: 'minimize',
    of: ({ classes, numClasses, probabilities, weights }) =>
      meanOfRows(classes.length, weights, (row) => {
        const own = probabilities[row * numClasses + classes[row]];
        return -Math.log(Math.max(own, Number.MIN_VALUE));
      }),
  },
  {
    name: 'accuracy',
    kind: 'class',
    better: 'maximize',
    of: ({ classes, numClasses, probabilities, weights }) =>
      meanOfRows(classes.length, weights, (row) => {
        const shares = probabilities.subarray(row * numClasses, (row + 1) * numClasses);
        return Number(shares.indexOf(Math.max(...shares)) === classes[row]);
      }),
  },
];

/** All metrics of the house. */
export const allMetrics: readonly AnyMetric[] = [...binaryMetrics, ...numberMetrics, ...classMetrics];

/** Weighted mean over rows; undefined where none has a weight. */
function meanOfRows(
  numRows: number,
  weights: Float32Array | undefined,
  of: (row: number) => number,
): number | undefined {
  let [sum, total] = [0, 0];
  for (let row = 0; row < numRows; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * of(row);
    total += weight;
  }
  return total === 0 ? undefined : sum / total;
}

/** The rows that have a group. */
function withGroup({ labels, scores, weights, groups }: Grouped): Grouped {
  const has = (_: number, row: number): boolean => !Number.isNaN(groups[row]);
  return {
    labels: labels.filter(has),
    scores: scores.filter(has),
    groups: groups.filter(has),
    ...(weights && { weights: weights.filter(has) }),
  };
}
