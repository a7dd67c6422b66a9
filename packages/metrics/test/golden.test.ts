import { describe, expect, test } from 'vitest';
import {
  auc,
  aucDifference,
  aucInterval,
  averagePrecision,
  brierScore,
  classification,
  logLoss,
  precisionRecallCurve,
  rankingMetrics,
  rocCurve,
} from '../src/index';
import golden from './golden/metrics.json';
import { close } from './close';

describe.each(golden)('scikit-learn, case %#', (item) => {
  const labels = Float64Array.from(item.labels);
  const scores = Float64Array.from(item.scores);
  const weights = Float64Array.from(item.weights);

  // Planted bugs that these fail for: weights left out anywhere, clipping by float32's epsilon, a point for rows of weight 0.
  test.each([
    ['without weights', { labels, scores }, item.plain],
    ['weighted', { labels, scores, weights }, item.weighted],
  ])('%s', (_, scored, wanted) => {
    close(auc(scored), wanted.auc);
    close(logLoss(scored), wanted.logLoss);
    close(averagePrecision(scored), wanted.averagePrecision);
    close(brierScore(scored), wanted.brier);
    const { precision, recall, f1 } = classification(scored, 0.5);
    close(precision, wanted.precision);
    close(recall, wanted.recall);
    close(f1, wanted.f1);
    close(classification(scored).f1, wanted.bestF1);
    const roc = rocCurve(scored, Infinity);
    close([...roc.x, ...roc.y], [...wanted.roc.x, ...wanted.roc.y]);
    const curve = precisionRecallCurve(scored, Infinity);
    const { x, y } = wanted.precisionRecall; // ends with the point (0, 1) of no rows
    close(curve.x, x.slice(0, -1).reverse());
    close(curve.y, y.slice(0, -1).reverse());
  });

  test('NDCG of lists', () => {
    const flat = (lists: readonly (readonly number[])[]): Float64Array => Float64Array.from(lists.flat());
    const { lists } = item;
    const rows = {
      labels: flat(lists.labels),
      scores: flat(lists.scores),
      groups: Int32Array.from(lists.labels.flatMap((list, i) => list.map(() => i))),
    };
    const ofRows = Float64Array.from(rows.groups, (group) => lists.weights[group]);
    for (const [k, wanted] of Object.entries(lists.ndcg)) close(rankingMetrics(rows, Number(k)).ndcg, wanted);
    for (const [k, wanted] of Object.entries(lists.weightedNdcg))
      close(rankingMetrics({ ...rows, weights: ofRows }, Number(k)).ndcg, wanted);
  });

  test('DeLong agrees with its definition over all pairs', () => {
    const interval = aucInterval({ labels, scores });
    close(interval.auc, item.delong.auc);
    close(interval.standardError, item.delong.standardError);
    const difference = aucDifference(labels, scores, Float64Array.from(item.others));
    close(difference.difference, item.delong.difference);
    close(difference.standardError, item.delong.standardErrorOfDifference);
  });
});

test('probabilities in float32 are clipped by the epsilon of float32', () => {
  expect(logLoss({ labels: Float32Array.of(1), scores: Float32Array.of(0) })).toBeCloseTo(23 * Math.LN2, 12);
});
