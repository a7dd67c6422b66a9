const EXACT_LIMIT = 2 ** 18;
const BUFFER_SIZE = 2 ** 14;

/**
 * Quantiles of a stream in bounded memory: exact up to 262,144 numbers; above that, sorted buffers of 16,384 are paired by weight and every
 * second element of a pair survives with twice the weight.
 *
 * The rank of an answer is off by at most `rankError` (a share of the count): each level of L adds at most count / (2 k), k = 16,384,
 * so 0.05 % at 10^9 numbers. Deterministic: which half survives alternates.
 *
 * @see Manku, Rajagopalan, Lindsay: Approximate medians and other quantiles in one pass and with limited memory. SIGMOD 1998.
 */
export class QuantileSketch {
  count = 0;
  /** All numbers while exact, else what has not filled a buffer yet. */
  private loose: Float64Array = new Float64Array(1024);
  private numLoose = 0;
  /** At most one sorted buffer of weight 2^level at each level. */
  private readonly levels: (Float64Array | undefined)[] = [];
  private keepOdd = false;

  /** The largest error of a rank, as a share of the count; 0 while exact. */
  get rankError(): number {
    return this.levels.length / (2 * BUFFER_SIZE);
  }

  add(value: number): void {
    if (this.numLoose === this.loose.length) this.makeRoom();
    this.loose[this.numLoose++] = value;
    this.count++;
  }

  merge(other: QuantileSketch): void {
    other.levels.forEach((buffer, level) => {
      if (buffer !== undefined) this.carry(buffer, level);
    });
    this.count += other.count - other.numLoose;
    for (let i = 0; i < other.numLoose; i++) this.add(other.loose[i]);
  }

  /** The numbers below which the given shares of the stream lie (nearest rank). */
  quantiles(shares: readonly number[]): number[] {
    const { values, weights } = this.sorted();
    let i = 0;
    let below = weights[0];
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.count));
      while (below < rank && i < values.length - 1) below += weights[++i];
      return values[i];
    });
  }

  private makeRoom(): void {
    if (this.loose.length < (this.levels.length === 0 ? EXACT_LIMIT : BUFFER_SIZE)) {
      const larger = new Float64Array(this.loose.length * 4);
      larger.set(this.loose);
      this.loose = larger;
      return;
    }
    for (let at = 0; at < this.numLoose; at += BUFFER_SIZE) {
      this.carry(this.loose.slice(at, at + BUFFER_SIZE).sort(), 0);
    }
    this.loose = this.loose.length === BUFFER_SIZE ? this.loose : new Float64Array(BUFFER_SIZE);
    this.numLoose = 0;
  }

  /** Adds a sorted buffer as in binary addition: two of one weight become one of twice the weight. */
  private carry(buffer: Float64Array, level: number): void {
    const resident = this.levels[level];
    if (resident === undefined) {
      while (this.levels.length < level) this.levels.push(undefined);
      this.levels[level] = buffer;
      return;
    }
    this.levels[level] = undefined;
    const both = new Float64Array(buffer.length + resident.length);
    both.set(buffer);
    both.set(resident, buffer.length);
    both.sort();
    const offset = this.keepOdd ? 1 : 0;
    this.keepOdd = !this.keepOdd;
    this.carry(
      both.filter((_, i) => i % 2 === offset),
      level + 1,
    );
  }

  private sorted(): { readonly values: Float64Array; readonly weights: Float64Array } {
    const buffers = [this.loose.slice(0, this.numLoose), ...this.levels];
    const entries = buffers.flatMap((buffer, i) =>
      buffer === undefined ? [] : Array.from(buffer, (value) => [value, i === 0 ? 1 : 2 ** (i - 1)] as const),
    );
    entries.sort(([one], [other]) => one - other);
    return {
      values: Float64Array.from(entries, ([value]) => value),
      weights: Float64Array.from(entries, ([, weight]) => weight),
    };
  }
}
