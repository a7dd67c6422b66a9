import { randomKey, uniformAt } from '@ctrflow/core';
import type { RunReport } from '../src/index';

const key = randomKey(1);
const probabilities = Float64Array.from({ length: 2000 }, (_, i) => uniformAt(key, i) ** 2);
const labels = Float32Array.from(probabilities, (p, i) => (uniformAt(key, 5000 + i) < p ? 1 : 0));
/** Nearer to the labels than the model is. */
const truth = probabilities.map((p, i) => p + 0.2 * labels[i]);
/** A run whose names try to be markup. */
export const run: RunReport = {
  title: 'DeepFM on <script>alert(1)</script>',
  model: 'deepfm & "friends"',
  parameters: 123_456,
  seconds: 12.3,
  rows: 160_000,
  engine: 'eager/cpu',
  bestEpoch: 3,
  history: [0.5, 0.42, 0.38, 0.36].map((trainLoss, i) => ({
    epoch: i + 1,
    trainLoss,
    learningRate: 1e-3,
    valid: { auc: 0.7 + 0.03 * Math.min(i, 2), logLoss: 0.45 - 0.02 * Math.min(i, 2) },
  })),
  part: 'test',
  metrics: { auc: 0.81, logLoss: 0.39, normalizedEntropy: 0.8, prAuc: 0.6 },
  scores: { labels, probabilities, truth },
  importance: [
    { field: '<img src=x onerror=alert(1)>', loss: 0.1 },
    { field: 'city', loss: 0.02 },
  ],
  tables: [{ title: 'Fields', header: ['field', 'kind'], rows: [['city', 'categorical']] }],
  command: 'npx ctrflow train clicks.csv --label click',
};
