import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/metrics');

/** Bugs in packages/metrics. */
export const metrics: readonly Mutation[] = [
  bug('auc', '(negativesBelow + negativeTies / 2)', 'negativesBelow', ['definitions', 'golden']),
  bug('auc', '((positive + negative) * area)', '(positive * area)', 'definitions'),
  bug('auc', 'size += positive + negative', 'size += 1', 'definitions'),
  bug('calibration', 'return predicted / observed', 'return observed / predicted', 'calibration-and-curves'),
  bug('calibration', '(bin.weight / total) *', '(1 / bins.length) *', 'calibration-and-curves'),
  bug('calibration', 'expectedCalibrationError(scored: Scored, numBins = 10)', 'expectedCalibrationError(scored: Scored, numBins = 2)', 'calibration-and-curves'), // prettier-ignore
  bug('calibration', '(below + weight / 2) / total', '(below + weight) / total', 'definitions'),
  bug('calibration', 'Math.floor(scores[row] * numBins)', 'Math.round(scores[row] * numBins)', 'definitions'),
  bug('calibration', 'predicted += weight * scores[i]', 'predicted += scores[i]', ['log-loss', 'replication']),
  bug('curves', '((i + 1) * numPoints) / kept) - 1', '(i * numPoints) / kept)', 'calibration-and-curves'),
  bug('curves', 'x: [0, ...points.map((i) => falsePositive[i] / negative)]', 'x: [0, ...points.map((i) => falsePositive[i] / positive)]', ['definitions', 'golden']), // prettier-ignore
  bug('curves', 'before = truePositive[i];', '', 'golden'),
  bug('curves', '> best.f1', '>= best.f1', 'calibration-and-curves'),
  bug('curves', 'found += share * (truePositive[i] - found)', 'found += truePositive[i] - found', 'definitions'),
  bug('curves', 'x: points.map((i) => truePositive[i] / positive)', 'x: points.map((i) => truePositive[i] / (truePositive[i] + falsePositive[i]))', ['definitions', 'golden']), // prettier-ignore
  bug('delong', '(positivesBelow + positives / 2) / total.positive', 'positivesBelow / total.positive', 'definitions'), // prettier-ignore
  bug('delong', 'squares / (total - 1) / total', 'squares / total / total', 'definitions'),
  bug('delong', "weightsAre === 'counts' ? weights[i] : weights[i] ** 2", 'weights[i]', 'definitions'),
  bug(
    'metric',
    "name: 'brier', kind: 'binary', better: 'minimize'",
    "name: 'brier', kind: 'binary', better: 'maximize'",
    'packages/training/test/monitor',
  ),
  bug(
    'metric',
    "name: 'ece', kind: 'binary', better: 'minimize'",
    "name: 'ece', kind: 'binary', better: 'maximize'",
    'goals',
  ),
  bug('metric', 'sum += weight * of(row)', 'sum += of(row)', 'metric'),
  bug(
    'metric',
    'has = (_: number, row: number): boolean => !Number.isNaN(groups[row])',
    'has = (): boolean => true',
    'metric',
  ),
  bug('log-loss', 'Math.log1p(-p)', 'Math.log1p(p)', ['golden', 'log-loss']),
  bug('log-loss', '(1 - rate) * Math.log(1 - rate)', 'rate * Math.log(1 - rate)', ['golden', 'log-loss']),
  bug('log-loss', 'Math.max(z, 0) - z * labels[i]', 'Math.max(z, 0) - z', 'log-loss'),
  bug('order', 'copy[i] += 0;', 'copy[i] *= 1;', 'order'),
  bug('order', 'if (numWords === 2) words[top - 1] ^= flip;', '', 'order'),
  bug('ranking', 'lastRank - ties + 1);\n', 'rows.length - end + 1);\n', 'definitions'),
  bug('ranking', 'discounts[Math.min(k, positives)]', 'discounts[k]', ['definitions', 'golden']),
  bug('ranking', 'if (first > k) continue;', '', 'definitions'),
  bug('ranking', 'if (weights === undefined) return 1;', 'if (weights !== undefined) return 1;', ['definitions', 'replication']), // prettier-ignore
  bug('streaming-auc', 'below += this.negatives[bin];', 'below += this.positives[bin];', 'streaming-auc'),
  bug('streaming-auc', '(this.negatives[bin] += count)', '(this.negatives[bin] = count)', 'streaming-auc'),
  bug('threshold-points', 'if (positives + negatives === before) continue;', '', ['golden', 'definitions', 'replication']), // prettier-ignore
];
