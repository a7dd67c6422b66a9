import { checkInteger } from '@ctrflow/core';
import type { Column } from './inputs';

/**
 * AUC of a stream in constant memory, mergeable: probabilities are counted in equal bins, and rows of one bin count as ties.
 *
 * The exact value lies within {@link StreamingAuc.bounds}: pairs of one bin are all wrong at one end and all right at the other.
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

  /** Adds rows; probabilities in [0, 1]. */
  add(labels: Column, probabilities: Column, weights?: Column): void {
    for (let i = 0; i < labels.length; i++) {
      const bin = Math.min(this.numBins - 1, Math.floor(probabilities[i] * this.numBins));
      (labels[i] === 1 ? this.positives : this.negatives)[bin] += weights?.[i] ?? 1;
    }
  }

  /** Takes over what another stream of as many bins has counted. */
  merge(other: StreamingAuc): void {
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
