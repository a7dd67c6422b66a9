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
    of: (scores) => Math.sqrt(meanOver(scores, (error) => error * error)),
  },
  { name: 'mae', kind: 'number', better: 'minimize', of: (scores) => meanOver(scores, Math.abs) },
  {
    name: 'calibration',
    kind: 'number',
    better: 'near-one',
    of({ values, predictions, weights }) {
      const sum = (of: ArrayLike<number>): number => Array.from(of).reduce((total, x, row) => total + x * (weights?.[row] ?? 1), 0); // prettier-ignore
      return sum(predictions) / sum(values);
    },
  },
];

/** Metrics of targets of classes: mean of `-ln p` of the row's class, and the share of rows whose class has the largest probability. */
export const classMetrics: readonly Metric<'class'>[] = [
  {
    name: 'logLoss',
    kind: 'class',
    better: 'minimize',
    of: (scores) => meanOfRows(scores, (row, of) => -Math.log(Math.max(of[scores.classes[row]], Number.MIN_VALUE))),
  },
  {
    name: 'accuracy',
    kind: 'class',
    better: 'maximize',
    of: (scores) => meanOfRows(scores, (row, of) => Number(of.indexOf(Math.max(...of)) === scores.classes[row])),
  },
];

/** All metrics of the house. */
export const allMetrics: readonly AnyMetric[] = [...binaryMetrics, ...numberMetrics, ...classMetrics];

function meanOver({ values, predictions, weights }: NumberScores, of: (error: number) => number): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * of(predictions[row] - values[row]);
    total += weight;
  }
  return sum / total;
}

function meanOfRows(
  { classes, numClasses, probabilities, weights }: ClassScores,
  of: (row: number, probabilities: Float64Array) => number,
): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < classes.length; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * of(row, probabilities.subarray(row * numClasses, (row + 1) * numClasses));
    total += weight;
  }
  return sum / total;
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
