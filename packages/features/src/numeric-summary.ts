import { QuantileSketch } from './quantile-sketch';

/** What fitting found about a numeric column: plain JSON. */
export interface NumericStatistics {
  readonly count: number;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Mean and standard deviation of sign(x) ln(1 + |x|). */
  readonly logMean: number;
  readonly logStd: number;
  /** Upper ends of the quantile buckets but the last, strictly ascending; only when buckets are asked for. */
  readonly boundaries?: readonly number[];
  /** How far a boundary's rank may be off, as a share of the count. */
  readonly rankError?: number;
}

/** sign(x) ln(1 + |x|). */
export function signedLog(x: number): number {
  return x < 0 ? -Math.log1p(-x) : Math.log1p(x);
}

/** Mean and sum of squared deviations of a stream (Welford), mergeable (Chan, Golub, LeVeque 1979). */
class Moments {
  count = 0;
  mean = 0;
  private squares = 0;

  add(x: number): void {
    this.count++;
    const delta = x - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (x - this.mean);
  }

  merge(other: Moments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const delta = other.mean - this.mean;
    this.squares += other.squares + (delta * delta * this.count * other.count) / count;
    this.mean += (delta * other.count) / count;
    this.count = count;
  }

  get std(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.squares / this.count);
  }
}

/** Accumulates {@link NumericStatistics} in one pass; `merge` gives what one pass over both would. */
export class NumericSummary {
  private missing = 0;
  private min = Infinity;
  private max = -Infinity;
  private readonly moments = new Moments();
  private readonly logMoments = new Moments();
  private readonly sketch: QuantileSketch | undefined;

  /** @param numBuckets - quantile buckets to find; none when absent */
  constructor(private readonly numBuckets?: number) {
    this.sketch = numBuckets === undefined ? undefined : new QuantileSketch();
  }

  /** Adds a number; NaN is a missing value. */
  add(value: number): void {
    if (Number.isNaN(value)) {
      this.missing++;
      return;
    }
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.moments.add(value);
    this.logMoments.add(signedLog(value));
    this.sketch?.add(value);
  }

  merge(other: NumericSummary): void {
    this.missing += other.missing;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.moments.merge(other.moments);
    this.logMoments.merge(other.logMoments);
    if (other.sketch !== undefined) this.sketch?.merge(other.sketch);
  }

  finish(): NumericStatistics {
    const { count, mean, std } = this.moments;
    const statistics = {
      count,
      missing: this.missing,
      min: count === 0 ? 0 : this.min,
      max: count === 0 ? 0 : this.max,
      mean,
      std,
      logMean: this.logMoments.mean,
      logStd: this.logMoments.std,
    };
    if (this.sketch === undefined) return statistics;
    return { ...statistics, boundaries: this.boundaries(), rankError: this.sketch.rankError };
  }

  private boundaries(): number[] {
    if (this.sketch === undefined || this.sketch.count === 0) return [];
    const numBuckets = this.numBuckets ?? 1;
    const shares = Array.from({ length: numBuckets - 1 }, (_, i) => (i + 1) / numBuckets);
    const cuts = this.sketch.quantiles(shares);
    return cuts.filter((cut, i) => (i === 0 || cut > cuts[i - 1]) && cut < this.max);
  }
}
