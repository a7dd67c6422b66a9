import { describe, expect, test } from 'vitest';
import {
  auc,
  averagePrecision,
  brierScore,
  calibrationRatio,
  expectedCalibrationError,
  groupAuc,
  isBetterMetric,
  logLoss,
  metricGoal,
  normalizedEntropy,
} from '../src/index';
import type { Scored } from '../src/index';

const labels = Float64Array.of(0, 1, 0, 1, 1, 0, 0, 1);
/** Probabilities that say `sure` of the right label. */
const scored = (sure: number): Scored => ({
  labels,
  scores: labels.map((label, i) => (label === 1 ? sure : 1 - sure) - i / 1000),
});
/** Twice as many clicks as there are. */
const inflated: Scored = { labels, scores: labels.map(() => 1) };

// Planted bugs: brier or ece maximized, calibration maximized or minimized.
describe.each<[string, (scored: Scored) => number]>([
  ['auc', auc],
  ['gauc', (rows) => groupAuc({ ...rows, groups: labels.map(() => 1) })],
  ['prAuc', averagePrecision],
  ['logLoss', logLoss],
  ['normalizedEntropy', normalizedEntropy],
  ['brier', brierScore],
  ['ece', expectedCalibrationError],
])('%s', (name, metric) => {
  test('is better for the better probabilities', () => {
    const [good, bad] = [metric(scored(0.9)), metric(scored(0.2))];
    expect(isBetterMetric(metricGoal(name), good, bad)).toBe(true);
    expect(isBetterMetric(metricGoal(name), bad, good)).toBe(false);
    expect(isBetterMetric(metricGoal(name), good, good)).toBe(false);
  });
});

test('calibration is best at 1, and a half is as bad as 2', () => {
  const goal = metricGoal('calibration');
  const [right, twice] = [calibrationRatio(scored(0.6)), calibrationRatio(inflated)];
  expect(twice).toBeCloseTo(2);
  expect(isBetterMetric(goal, right, twice)).toBe(true);
  for (const [better, worse] of [
    [1, 1.01],
    [1, 0.99],
    [1.9, 0.5],
    [0.55, 2],
    [3, 0],
    [0.9, 1.2],
  ]) {
    // prettier-ignore
    expect(isBetterMetric(goal, better, worse), `${better} against ${worse}`).toBe(true);
    expect(isBetterMetric(goal, worse, better), `${worse} against ${better}`).toBe(false);
  }
});

test('losses of any name are minimized, and other names are refused', () => {
  expect(metricGoal('auxiliaryLoss')).toBe('minimize');
  expect(() => metricGoal('recall')).toThrow(
    'metricGoal: expected one of auc, logLoss, gauc, prAuc, normalizedEntropy, brier, ece, calibration, rmse, mae, accuracy, got "recall"',
  );
});
