import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  StreamingAuc,
  auc,
  aucDifference,
  aucInterval,
  averagePrecision,
  brierScore,
  calibrationRatio,
  classification,
  expectedCalibrationError,
  groupAuc,
  lift,
  logLoss,
  logLossFromLogits,
  normalizedEntropy,
  rankingMetrics,
} from '../src/index';
import golden from './golden/metrics.json';

const close = (actual: number, wanted: number): void => {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(wanted)));
};

describe.each(golden)('scikit-learn, case %#', (item) => {
  const labels = Float64Array.from(item.labels);
  const scores = Float64Array.from(item.scores);
  const weights = Float64Array.from(item.weights);

  test('AUC, log loss, average precision, Brier, F1', () => {
    close(auc({ labels, scores }), item.auc);
    close(auc({ labels, scores, weights }), item.weightedAuc);
    close(logLoss({ labels, scores }), item.logLoss);
    close(logLoss({ labels, scores, weights }), item.weightedLogLoss);
    close(averagePrecision({ labels, scores }), item.averagePrecision);
    close(averagePrecision({ labels, scores, weights }), item.weightedAveragePrecision);
    close(brierScore({ labels, scores, weights }), item.brier);
    const { precision, recall, f1 } = classification({ labels, scores, weights }, 0.5);
    close(precision, item.precision);
    close(recall, item.recall);
    close(f1, item.f1);
    close(rankingMetrics({ labels, scores, groups: new Int32Array(labels.length) }, 5).ndcg, item.ndcgAt5);
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

const rows = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((drawn) => [[true, 3, 1], [false, 7, 1], ...drawn] as [boolean, number, number][]);
const columns = (
  drawn: readonly [boolean, number, number][],
): { labels: Float32Array; scores: Float32Array; weights: Float32Array } => ({
  labels: Float32Array.from(drawn, ([label]) => Number(label)),
  scores: Float32Array.from(drawn, ([, score]) => score / 20),
  weights: Float32Array.from(drawn, ([, , weight]) => weight),
});

describe('properties', () => {
  // Planted bug that this fails for: a sort that is wrong for negative numbers.
  test('a rising function of the scores, and the order of the rows, change nothing', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels, scores } = columns(drawn);
        const value = auc({ labels, scores });
        const moved = Float64Array.from(scores, (score) => (score - 0.4) ** 3 * 1e3);
        expect(auc({ labels, scores: moved })).toBe(value);
        expect(auc(columns(drawn.toReversed()))).toBeCloseTo(auc(columns(drawn)), 12);
      }),
    );
  });

  test('an integer weight is as many copies of the row', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const copies = columns(drawn.flatMap((row) => Array.from({ length: row[2] }, () => row)));
        const weighted = columns(drawn);
        const { labels, scores } = copies;
        close(auc(weighted), auc({ labels, scores }));
        close(logLoss(weighted), logLoss({ labels, scores }));
        close(averagePrecision(weighted), averagePrecision({ labels, scores }));
        close(lift(weighted, 0.3), lift({ labels, scores }, 0.3));
        close(expectedCalibrationError(weighted), expectedCalibrationError({ labels, scores }));
      }),
    );
  });

  test('the streaming form merges, and the exact value is within its bounds', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: 30 }), fc.nat(60), (drawn, bins, cut) => {
        const { labels, scores } = columns(drawn);
        const whole = new StreamingAuc(bins);
        whole.add(labels, scores);
        const [one, other] = [new StreamingAuc(bins), new StreamingAuc(bins)];
        one.add(labels.subarray(0, cut), scores.subarray(0, cut));
        other.add(labels.subarray(cut), scores.subarray(cut));
        one.merge(other);
        expect(one.bounds).toEqual(whole.bounds);
        const exact = auc({ labels, scores });
        expect(whole.bounds[0]).toBeLessThanOrEqual(exact + 1e-12);
        expect(whole.bounds[1]).toBeGreaterThanOrEqual(exact - 1e-12);
      }),
    );
  });

  test('logits and probabilities give one log loss', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels } = columns(drawn);
        const logits = Float64Array.from(drawn, ([, score]) => score - 10);
        const probabilities = logits.map((z) => 1 / (1 + Math.exp(-z)));
        expect(logLossFromLogits({ labels, scores: logits })).toBeCloseTo(
          logLoss({ labels, scores: probabilities }),
          10,
        );
      }),
    );
  });
});

test('group AUC weighs groups by their rows and skips groups of one class', () => {
  const labels = Float32Array.of(0, 1, 1, 0, 1, 1);
  const scores = Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.5, 0.5);
  const groups = Int32Array.of(1, 1, 2, 2, 3, 3);
  expect(groupAuc({ labels, scores, groups })).toBe(0.5); // (2 * 1 + 2 * 0) / 4
});

test('the average rate has normalized entropy 1 and calibration ratio 1', () => {
  const labels = Float64Array.of(0, 0, 0, 1);
  const scores = new Float64Array(4).fill(0.25);
  expect(normalizedEntropy({ labels, scores })).toBeCloseTo(1, 12);
  expect(calibrationRatio({ labels, scores })).toBe(1);
});

test.each([
  [
    { labels: Float32Array.of(1, 1), scores: Float32Array.of(0, 1) },
    'auc: expected rows of both classes, got "only label 1"',
  ],
  [{ labels: Float32Array.of(0, 1), scores: Float32Array.of(0) }, 'auc: expected 2 scores, as many as labels, got 1'],
  [{ labels: Float32Array.of(0, 1), scores: Float32Array.of(0, NaN) }, 'auc: expected a score in row 1, got NaN'],
  [{ labels: Float32Array.of(0, 2), scores: Float32Array.of(0, 1) }, 'auc: expected label 0 or 1 in row 1, got 2'],
  [
    { labels: Float32Array.of(0, 1), scores: Float32Array.of(0, 1), weights: Float32Array.of(1, -1) },
    'auc: expected a weight >= 0 in row 1, got -1',
  ],
])('bad input %#', (scored, message) => {
  expect(() => auc(scored)).toThrow(message);
});
