import { ConfigError, checkInteger, expected } from '@ctrflow/core';
import { checkProbabilities } from './inputs';
import type { Column } from './inputs';

/**
 * AUC of a stream in constant memory, mergeable: probabilities are counted in equal bins, and rows of one bin count as ties.
 *
 * With `P_b` and `N_b` the weights of the classes in bin b, the exact value is within `sum_b P_b N_b / (2 sum P sum N)` of {@link StreamingAuc.value}: pairs of one bin are all
 * wrong at one end of {@link StreamingAuc.bounds} and all right at the other. Up to float64 rounding, streams merged in any order count the same; with weights that are
 * integers, exactly.
 *
 * @example
 * const stream = new StreamingAuc();
 * stream.add(Float32Array.of(0, 1, 1), Float32Array.of(0.1, 0.4, 0.35));
 * stream.value; // 1
 */
export class StreamingAuc {
  private readonly positives: Float64Array;
  private readonly negatives: Float64Array;

  /** @param numBins - default 65,536 */
  constructor(private readonly numBins = 65_536) {
    checkInteger('StreamingAuc', 'numBins', numBins, { min: 2 });
    this.positives = new Float64Array(numBins);
    this.negatives = new Float64Array(numBins);
  }

  /**
   * Adds rows; probabilities in [0, 1].
   *
   * @throws DataError for a label that is not 0 or 1, a number that is no probability, a weight below 0; nothing is added then
   */
  add(labels: Column, probabilities: Column, weights?: Column): void {
    checkProbabilities('StreamingAuc', { labels, scores: probabilities, ...(weights && { weights }) });
    for (let i = 0; i < labels.length; i++) {
      const bin = Math.min(this.numBins - 1, Math.floor(probabilities[i] * this.numBins));
      (labels[i] === 1 ? this.positives : this.negatives)[bin] += weights?.[i] ?? 1;
    }
  }

  /**
   * Takes over what another stream has counted.
   *
   * @throws ConfigError unless it has as many bins
   */
  merge(other: StreamingAuc): void {
    if (other.numBins !== this.numBins)
      throw new ConfigError(expected('StreamingAuc', `a stream of ${this.numBins} bins to merge`, other.numBins));
    other.positives.forEach((count, bin) => (this.positives[bin] += count));
    other.negatives.forEach((count, bin) => (this.negatives[bin] += count));
  }

  /** The middle of the bounds. */
  get value(): number {
    const [low, high] = this.bounds;
    return (low + high) / 2;
  }

  /** The exact AUC is not outside these; NaN when a class is missing. */
  get bounds(): readonly [number, number] {
    let sure = 0;
    let ties = 0;
    let below = 0;
    let positive = 0;
    for (let bin = 0; bin < this.numBins; bin++) {
      sure += this.positives[bin] * below;
      ties += this.positives[bin] * this.negatives[bin];
      below += this.negatives[bin];
      positive += this.positives[bin];
    }
    const pairs = positive * below;
    return [sure / pairs, (sure + ties) / pairs];
  }
}
