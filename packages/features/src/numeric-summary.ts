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
  /** Mean and standard deviation of sign(x) ln(1 + |x|); only when the transform is `log`. */
  readonly logMean?: number;
  readonly logStd?: number;
  /** Upper ends of the quantile buckets but the last, strictly ascending; only when buckets are asked for. */
  readonly boundaries?: readonly number[];
  /** How far a boundary's rank may be off, as a share of the count. */
  readonly rankError?: number;
}

/** sign(x) ln(1 + |x|). */
export function signedLog(x: number): number {
  return x < 0 ? -Math.log1p(-x) : Math.log1p(x);
}

/** Numbers that are added to moments at a time. */
const BLOCK_SIZE = 1024;

/** Mean and sum of squared deviations of blocks of a stream, and of streams (Chan, Golub, LeVeque 1979). */
class Moments {
  count = 0;
  mean = 0;
  private squares = 0;

  /** Adds the first `count` numbers of a block in two passes: without a division for each. Deviations from the first one make those of equal numbers exactly 0. */
  addBlock(block: Float64Array, count: number): void {
    if (count === 0) return;
    const [first] = block;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += block[i] - first;
    const mean = first + sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (block[i] - mean) ** 2;
    this.join(count, mean, squares);
  }

  merge({ count, mean, squares }: Moments): void {
    if (count > 0) this.join(count, mean, squares);
  }

  private join(theirs: number, mean: number, squares: number): void {
    const count = this.count + theirs;
    const delta = mean - this.mean;
    this.squares += squares + (delta * delta * this.count * theirs) / count;
    this.mean = this.count === 0 ? mean : this.mean + (delta * theirs) / count;
    this.count = count;
  }

  get std(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.squares / this.count);
  }
}

/** What {@link NumericSummary} is to find besides count, range and moments. */
export interface NumericSummaryOptions {
  /** Quantile buckets; none when absent. */
  readonly numBuckets?: number | undefined;
  /** Moments of the logarithms as well. */
  readonly logs?: boolean;
}

/** Accumulates {@link NumericStatistics} in one pass; `merge` gives what one pass over both would. How a stream is cut into calls of `add` changes no digit. */
export class NumericSummary {
  private missing = 0;
  private min = Infinity;
  private max = -Infinity;
  private readonly block = new Float64Array(BLOCK_SIZE);
  private numPending = 0;
  private readonly moments = new Moments();
  private readonly logMoments: Moments | undefined;
  private readonly sketch: QuantileSketch | undefined;

  constructor(private readonly options: NumericSummaryOptions = {}) {
    this.logMoments = options.logs === true ? new Moments() : undefined;
    this.sketch = options.numBuckets === undefined ? undefined : new QuantileSketch();
  }

  /** Adds numbers; NaN is a missing value. */
  add(values: Float64Array): void {
    const { block, sketch } = this;
    let { min, max, numPending } = this;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isNaN(value)) {
        this.missing++;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
      sketch?.add(value);
      block[numPending++] = value;
      if (numPending < BLOCK_SIZE) continue;
      this.addBlock(numPending);
      numPending = 0;
    }
    Object.assign(this, { min, max, numPending });
  }

  merge(other: NumericSummary): void {
    this.flush();
    other.flush();
    this.missing += other.missing;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.moments.merge(other.moments);
    if (other.logMoments !== undefined) this.logMoments?.merge(other.logMoments);
    if (other.sketch !== undefined) this.sketch?.merge(other.sketch);
  }

  finish(): NumericStatistics {
    this.flush();
    const { count, mean, std } = this.moments;
    const { logMoments, sketch } = this;
    return {
      count,
      missing: this.missing,
      min: count === 0 ? 0 : this.min,
      max: count === 0 ? 0 : this.max,
      mean,
      std,
      ...(logMoments && { logMean: logMoments.mean, logStd: logMoments.std }),
      ...(sketch && { boundaries: this.boundaries(sketch), rankError: sketch.rankError }),
    };
  }

  private flush(): void {
    this.addBlock(this.numPending);
    this.numPending = 0;
  }

  private addBlock(count: number): void {
    const { block, moments, logMoments } = this;
    moments.addBlock(block, count);
    if (logMoments === undefined) return;
    for (let i = 0; i < count; i++) block[i] = signedLog(block[i]);
    logMoments.addBlock(block, count);
  }

  private boundaries(sketch: QuantileSketch): number[] {
    if (sketch.count === 0) return [];
    const { numBuckets = 1 } = this.options;
    const shares = Array.from({ length: numBuckets - 1 }, (_, i) => (i + 1) / numBuckets);
    const cuts = sketch.quantiles(shares);
    return cuts.filter((cut, i) => (i === 0 || cut > cuts[i - 1]) && cut < this.max);
  }
}
