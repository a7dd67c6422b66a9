import { checkInteger } from '@ctrflow/core';

/**
 * What no model can beat, expected over the clicks, from true probabilities alone, counted in bins of the probability as they stream by.
 *
 * Expected AUC: a random click against a random non-click, `sum_ij p_i (1 - p_j) [p_i > p_j] / (sum p sum (1 - p))`; expected log loss: the mean entropy.
 */
export class BestPossible {
  private readonly clicks: Float64Array;
  private readonly others: Float64Array;
  private entropy = 0;
  private count = 0;

  constructor(private readonly numBins = 100_000) {
    checkInteger('BestPossible', 'numBins', numBins, { min: 2 });
    this.clicks = new Float64Array(numBins);
    this.others = new Float64Array(numBins);
  }

  /** @param score - what orders the rows; the true probability unless a weaker model is to be judged */
  add(probability: number, score = probability): void {
    const bin = Math.min(this.numBins - 1, Math.floor(score * this.numBins));
    this.clicks[bin] += probability;
    this.others[bin] += 1 - probability;
    this.entropy -= probability * Math.log(probability) + (1 - probability) * Math.log1p(-probability);
    this.count++;
  }

  get auc(): number {
    let [area, below, positive] = [0, 0, 0];
    for (let bin = 0; bin < this.numBins; bin++) {
      area += this.clicks[bin] * (below + this.others[bin] / 2);
      below += this.others[bin];
      positive += this.clicks[bin];
    }
    return area / (positive * below);
  }

  get logLoss(): number {
    return this.entropy / this.count;
  }

  get clickRate(): number {
    return this.clicks.reduce((sum, value) => sum + value, 0) / this.count;
  }
}
