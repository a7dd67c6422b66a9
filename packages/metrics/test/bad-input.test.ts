import { expect, test } from 'vitest';
import * as metrics from '../src/index';
import type { Grouped } from '../src/index';

const good: Grouped = {
  labels: Float32Array.of(0, 1, 1, 0),
  scores: Float32Array.of(0.1, 0.9, 0.4, 0.6),
  weights: Float32Array.of(1, 2, 1, 1),
  groups: Int32Array.of(1, 1, 2, 2),
};

const ofRows: Readonly<Record<string, (rows: Grouped) => unknown>> = {
  auc: metrics.auc,
  groupAuc: metrics.groupAuc,
  logLoss: metrics.logLoss,
  logLossFromLogits: metrics.logLossFromLogits,
  normalizedEntropy: metrics.normalizedEntropy,
  brierScore: metrics.brierScore,
  averagePrecision: metrics.averagePrecision,
  classification: metrics.classification,
  lift: (rows) => metrics.lift(rows, 0.5),
  rocCurve: metrics.rocCurve,
  precisionRecallCurve: metrics.precisionRecallCurve,
  thresholdPoints: metrics.thresholdPoints,
  reliabilityBins: metrics.reliabilityBins,
  calibrationRatio: metrics.calibrationRatio,
  rankingMetrics: (rows) => metrics.rankingMetrics(rows, 3),
  aucInterval: metrics.aucInterval,
  aucDifference: ({ labels, scores, weights }) => metrics.aucDifference(labels, scores, scores, weights && { weights }),
};
const ofClasses = ['auc', 'normalizedEntropy', 'averagePrecision', 'classification', 'lift', 'rocCurve', 'precisionRecallCurve', 'aucInterval', 'aucDifference']; // prettier-ignore
const ofProbabilities = ['logLoss', 'normalizedEntropy', 'brierScore', 'reliabilityBins', 'calibrationRatio'];

const refuses = (who: string, rows: Partial<Grouped>, message: string): void => {
  expect(() => ofRows[who]({ ...good, ...rows })).toThrow(`${who}: expected ${message}`);
};

test.each(Object.keys(ofRows))(
  '%s refuses columns of other lengths, labels, scores and weights that are none',
  (who) => {
    refuses(who, { scores: Float32Array.of(0) }, '4 scores, as many as labels, got 1');
    refuses(who, { weights: Float32Array.of(0) }, '4 weights, as many as labels, got 1');
    refuses(who, { labels: Float32Array.of(0, 1, 2, 0) }, 'label 0 or 1 in row 2, got 2');
    refuses(who, { scores: Float32Array.of(0, 1, 0.5, NaN) }, 'a score in row 3, got NaN; did the training diverge?');
    refuses(who, { weights: Float32Array.of(1, -1, 1, 1) }, 'a weight >= 0 in row 1, got -1');
    refuses(who, { weights: Float32Array.of(1, Infinity, 1, 1) }, 'a weight >= 0 in row 1, got Infinity');
  },
);

test.each(ofClasses)('%s refuses rows of one class', (who) => {
  const ones = Float32Array.of(1, 1, 1, 1);
  refuses(who, { labels: ones }, 'rows of both classes, got "only label 1"; the metric is not defined for one class');
  refuses(who, { weights: Float32Array.of(1, 0, 0, 1) }, 'rows of both classes, got "only label 0"');
  refuses(who, { weights: new Float32Array(4) }, 'rows of both classes, got "no rows"');
});

test.each(ofProbabilities)('%s refuses logits in the place of probabilities', (who) => {
  refuses(who, { scores: Float32Array.of(0.5, 0.5, -3, 0) }, 'a probability in row 2, got -3; logits are no probabilities'); // prettier-ignore
});

test.each(['logLoss', 'logLossFromLogits', 'brierScore', 'calibrationRatio'] as const)('%s refuses no rows', (who) => {
  const none = { labels: new Float32Array(0), scores: new Float32Array(0) };
  const weightless = { ...good, weights: new Float32Array(4) };
  for (const rows of [none, weightless])
    expect(() => metrics[who](rows)).toThrow(`${who}: expected rows with a weight above 0, got "none"`);
});

test('groups: as many as rows, none of them NaN; no group with both classes is NaN, not an error', () => {
  for (const [who, metric] of [
    ['groupAuc', metrics.groupAuc],
    ['rankingMetrics', (rows: Grouped) => metrics.rankingMetrics(rows, 1)],
  ] as const) {
    expect(() => metric({ ...good, groups: Int32Array.of(1) })).toThrow(
      `${who}: expected 4 groups, as many as labels, got 1`,
    );
    expect(() => metric({ ...good, groups: Float64Array.of(1, NaN, 1, 1) })).toThrow(
      `${who}: expected a group in row 1`,
    );
  }
  expect(metrics.groupAuc({ ...good, groups: Int32Array.of(0, 1, 2, 3) })).toBeNaN();
  expect(metrics.rankingMetrics({ ...good, labels: new Float32Array(4) }, 2)).toEqual({ ndcg: NaN, hitRate: NaN, mrr: NaN, numGroups: 0 }); // prettier-ignore
});

test('options out of range', () => {
  expect(() => metrics.lift(good, 0)).toThrow('lift: expected a fraction in (0, 1], got 0');
  expect(() => metrics.lift(good, 1.5)).toThrow('lift: expected a fraction in (0, 1], got 1.5');
  expect(() => metrics.classification(good, NaN)).toThrow('classification: expected a threshold, got NaN');
  expect(() => metrics.rankingMetrics(good, 0)).toThrow('rankingMetrics: expected an integer >= 1 for k, got 0');
  expect(() => metrics.reliabilityBins(good, 0)).toThrow(
    'reliabilityBins: expected an integer >= 1 for numBins, got 0',
  );
  // @ts-expect-error: what a program in JavaScript may do
  expect(() => metrics.aucInterval(good, { weightsAre: 'count' })).toThrow('aucInterval: expected one of counts, importance for weightsAre, got "count"; did you mean "counts"?'); // prettier-ignore
});
