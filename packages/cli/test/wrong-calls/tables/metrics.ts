import type { Functions } from '../call';
import { rows, scored } from '../given';

const grouped = { ...scored, groups: Float64Array.from(rows, (_, i) => i >> 2) };
const { labels, scores } = scored;

export const metrics: Functions = {
  auc: { scored: [scored] },
  groupAuc: { scored: [grouped], 'scored.groups': [] },
  StreamingAuc: { numBins: [100, undefined, 5] },
  brierScore: { scored: [scored] },
  logLoss: { scored: [scored] },
  logLossFromLogits: { scored: [scored] },
  normalizedEntropy: { scored: [scored] },
  averagePrecision: { scored: [scored] },
  classification: { scored: [scored], threshold: [0.5, undefined, 5] },
  lift: { scored: [scored], fraction: [0.1] },
  precisionRecallCurve: { scored: [scored], maxPoints: [100, undefined, 5] },
  rocCurve: { scored: [scored], maxPoints: [100, undefined, 5] },
  thresholdPoints: { scored: [scored] },
  calibrationRatio: { scored: [scored] },
  expectedCalibrationError: { scored: [scored], numBins: [10, undefined, 5] },
  reliabilityBins: { scored: [scored], numBins: [10, undefined, 5], by: ['width', undefined] },
  rankingMetrics: { scored: [grouped], k: [3, 5] },
  aucDifference: { labels: [labels], scores: [scores], others: [scores], options: [{}, undefined], 'options.weights': [], 'options.weightsAre': [] },
  aucInterval: { scored: [scored], options: [{}, undefined], 'options.weightsAre': [] },
  isBetterMetric: { goal: ['maximize'], value: [1, 5, NaN], than: [2, 5, NaN] },
  metricGoal: { name: ['auc'] },
}; // prettier-ignore
