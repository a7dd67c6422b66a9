import type { Functions } from '../call';
import { scored } from '../given';

const run = {
  title: 'a', model: 'lr', parameters: 5, seconds: 1, rows: 40, engine: 'eager', bestEpoch: 1, part: 'test', metrics: { logLoss: 0.5, normalizedEntropy: 1, prAuc: 0.5 },
  history: [{ epoch: 1, trainLoss: 0.5, learningRate: 0.1 }], scores: { labels: scored.labels, probabilities: scored.scores },
}; // prettier-ignore

export const report: Functions = {
  renderRunReport: { run: [run], 'run.title': ['x'], 'run.history': [[]], 'run.metrics': [{}], 'run.scores': [], 'run.importance': [[]], 'run.tables': [[]] },
  renderComparisonReport: { report: [{ title: 'a', runs: [run] }], 'report.title': ['x'], 'report.runs': [], 'report.tables': [[]] },
  renderPage: { report: [{ title: 'a', sections: [] }], 'report.title': ['x'], 'report.sections': [[]], 'report.tiles': [[]] },
}; // prettier-ignore
