import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as metrics from '../src/index';
import type { Grouped } from '../src/index';
import { close, numbersOf } from './close';
import { columns, countedRows, replicated } from './rows';

type Scored = Grouped & { readonly others: Float64Array };

/** Every exported metric whose weights count rows, as the numbers that it returns. */
const counted: Readonly<Record<string, (rows: Scored) => number | readonly number[]>> = {
  auc: metrics.auc,
  groupAuc: metrics.groupAuc,
  logLoss: metrics.logLoss,
  logLossFromLogits: metrics.logLossFromLogits,
  normalizedEntropy: metrics.normalizedEntropy,
  brierScore: metrics.brierScore,
  averagePrecision: metrics.averagePrecision,
  classification: (rows) => [
    ...numbersOf(metrics.classification(rows)),
    ...numbersOf(metrics.classification(rows, 0.5)),
  ],
  lift: (rows) => [0.01, 0.3, 1].map((fraction) => metrics.lift(rows, fraction)),
  rocCurve: (rows) => numbersOf(metrics.rocCurve(rows)),
  precisionRecallCurve: (rows) => numbersOf(metrics.precisionRecallCurve(rows)),
  thresholdPoints: (rows) => numbersOf(metrics.thresholdPoints(rows)),
  reliabilityBins: (rows) =>
    (['width', 'count'] as const).flatMap((by) => metrics.reliabilityBins(rows, 3, by).flatMap(numbersOf)),
  expectedCalibrationError: metrics.expectedCalibrationError,
  calibrationRatio: metrics.calibrationRatio,
  aucInterval: (rows) => numbersOf(metrics.aucInterval(rows)),
  aucDifference: ({ labels, scores, others, weights }) =>
    numbersOf(metrics.aucDifference(labels, scores, others, weights === undefined ? {} : { weights })),
  StreamingAuc: ({ labels, scores, weights }) => {
    const stream = new metrics.StreamingAuc(5);
    stream.add(labels, scores, weights);
    return stream.bounds;
  },
};

test('every exported metric is here or says why not', () => {
  // The weights of the first count groups (the next test but one); the others tell of metrics by their names.
  const notOfRows = ['rankingMetrics', 'metricGoal', 'isBetterMetric'];
  const lists = ['allMetrics', 'binaryMetrics', 'classMetrics', 'numberMetrics']; // metric.test.ts
  expect([...Object.keys(counted), ...notOfRows, ...lists].sort()).toEqual(Object.keys(metrics).sort());
});

// Planted bugs that this fails for: groups weighed by rows and not by weight, bins of equal numbers of rows whatever they weigh, the square of weights in DeLong's variance.
test.each(Object.entries(counted))('%s: an integer weight is as many copies of the row', (_, metric) => {
  fc.assert(
    fc.property(countedRows, (rows) => {
      close(metric(columns(rows)), metric(replicated(rows)));
    }),
  );
});

// Planted bug that this fails for: equal scores cut apart by the place of a row.
test.each(Object.entries(counted))('%s: the order of the rows changes nothing', (_, metric) => {
  fc.assert(
    fc.property(countedRows, (rows) => {
      close(metric(columns(rows.toReversed())), metric(columns(rows)));
    }),
  );
});

// Planted bug that this fails for: the sum of the weights in the place of their mean.
test('rankingMetrics: an integer weight is as many copies of the list', () => {
  fc.assert(
    fc.property(
      countedRows,
      fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (rows, weightOf, k) => {
        const weighted = rows.map(([label, score, other, , group]) => [label, score, other, weightOf[group + 1], group] as const); // prettier-ignore
        const copies = weighted.flatMap(([label, score, other, weight, group]) =>
          Array.from({ length: weight }, (_, copy) => [label, score, other, 1, 10 * group + copy] as const),
        );
        const { labels, scores, groups } = columns(copies);
        const of = ({ ndcg, hitRate, mrr }: metrics.RankingMetrics): number[] => [ndcg, hitRate, mrr];
        close(
          of(metrics.rankingMetrics(columns(weighted), k)),
          of(metrics.rankingMetrics({ labels, scores, groups }, k)),
        );
      },
    ),
  );
});
