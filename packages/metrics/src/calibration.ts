import { checkScored } from './inputs';
import type { Scored } from './inputs';
import { ascendingOrder } from './order';

/** Rows of similar predicted probability. */
export interface ReliabilityBin {
  /** Weighted mean of the predicted probability. */
  readonly predicted: number;
  /** Weighted rate of label 1. */
  readonly observed: number;
  /** Sum of the weights. */
  readonly weight: number;
}

/** Bins of equal width in probability, or of equal numbers of rows; empty bins are left out. */
export function reliabilityBins(scored: Scored, numBins = 10, by: 'width' | 'count' = 'width'): ReliabilityBin[] {
  checkScored('reliabilityBins', scored);
  const { labels, scores, weights } = scored;
  const sums = Array.from({ length: numBins }, () => ({ predicted: 0, observed: 0, weight: 0 }));
  const add = (bin: number, row: number): void => {
    const weight = weights?.[row] ?? 1;
    const sum = sums[Math.min(numBins - 1, bin)];
    sum.predicted += weight * scores[row];
    sum.observed += weight * labels[row];
    sum.weight += weight;
  };
  if (by === 'width') scores.forEach((p, row) => { add(Math.floor(p * numBins), row); }); // prettier-ignore
  else ascendingOrder(scores).forEach((row, i) => { add(Math.floor((i * numBins) / scores.length), row); }); // prettier-ignore
  return sums
    .filter(({ weight }) => weight > 0)
    .map(({ predicted, observed, weight }) => ({ predicted: predicted / weight, observed: observed / weight, weight }));
}

/** Expected calibration error: weighted mean of |predicted - observed| over bins of equal width. */
export function expectedCalibrationError(scored: Scored, numBins = 10): number {
  const bins = reliabilityBins(scored, numBins);
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  return bins.reduce((sum, bin) => sum + (bin.weight / total) * Math.abs(bin.predicted - bin.observed), 0);
}

/** Sum of predicted probabilities over the sum of labels: above 1 predicts too much. */
export function calibrationRatio(scored: Scored): number {
  checkScored('calibrationRatio', scored);
  const { labels, scores, weights } = scored;
  let predicted = 0;
  let observed = 0;
  for (let i = 0; i < labels.length; i++) {
    predicted += (weights?.[i] ?? 1) * scores[i];
    observed += (weights?.[i] ?? 1) * labels[i];
  }
  return predicted / observed;
}
