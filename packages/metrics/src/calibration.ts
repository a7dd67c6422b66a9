import { checkInteger, checkOneOf } from '@ctrflow/core';
import { checkProbabilities, requireWeight } from './inputs';
import type { Scored } from './inputs';
import { ascending } from './order';

/** Rows of similar predicted probability. */
export interface ReliabilityBin {
  /** Weighted mean of the predicted probability. */
  readonly predicted: number;
  /** Weighted rate of label 1. */
  readonly observed: number;
  /** Sum of the weights. */
  readonly weight: number;
}

/**
 * Bins of equal width in probability, or of about equal weight (without weights: of equal numbers of rows); empty bins are left out. Rows of equal probability stay in one
 * bin, the one where the middle of their weight falls.
 */
export function reliabilityBins(scored: Scored, numBins = 10, by: 'width' | 'count' = 'width'): ReliabilityBin[] {
  checkInteger('reliabilityBins', 'numBins', numBins, { min: 1 });
  checkOneOf('reliabilityBins', 'by', by, ['width', 'count']);
  checkProbabilities('reliabilityBins', scored);
  const { labels, scores, weights } = scored;
  const sums = Array.from({ length: numBins }, () => ({ predicted: 0, observed: 0, weight: 0 }));
  const binOf = by === 'width' ? (row: number) => Math.floor(scores[row] * numBins) : binsOfWeight(scored, numBins);
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    const sum = sums[Math.min(numBins - 1, binOf(row))];
    sum.predicted += weight * scores[row];
    sum.observed += weight * labels[row];
    sum.weight += weight;
  }
  return sums
    .filter(({ weight }) => weight > 0)
    .map(({ predicted, observed, weight }) => ({ predicted: predicted / weight, observed: observed / weight, weight }));
}

/** The bin of a row when each has about the same weight. */
function binsOfWeight({ scores, weights }: Scored, numBins: number): (row: number) => number {
  const { order, runs } = ascending(scores);
  const bins = new Uint32Array(scores.length);
  let total = 0;
  for (let row = 0; row < scores.length; row++) total += weights?.[row] ?? 1;
  let below = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    const rows = order.subarray(runs[run], runs[run + 1]);
    let weight = 0;
    for (const row of rows) weight += weights?.[row] ?? 1;
    const bin = Math.floor(((below + weight / 2) / total) * numBins);
    for (const row of rows) bins[row] = bin;
    below += weight;
  }
  return (row) => bins[row];
}

/** Expected calibration error: weighted mean of |predicted - observed| over bins of equal width. */
export function expectedCalibrationError(scored: Scored, numBins = 10): number {
  const bins = reliabilityBins(scored, numBins);
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  requireWeight('expectedCalibrationError', total);
  return bins.reduce((sum, bin) => sum + (bin.weight / total) * Math.abs(bin.predicted - bin.observed), 0);
}

/** Weighted sum of predicted probabilities over that of labels: above 1 predicts too much, infinite without a positive. */
export function calibrationRatio(scored: Scored): number {
  checkProbabilities('calibrationRatio', scored);
  const { labels, scores, weights } = scored;
  let [predicted, observed, size] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    predicted += weight * scores[i];
    observed += weight * labels[i];
    size += weight;
  }
  requireWeight('calibrationRatio', size);
  return predicted / observed;
}
