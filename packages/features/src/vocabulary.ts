/** Options of a vocabulary. */
export interface VocabularyOptions {
  readonly minCount: number;
  readonly maxSize: number;
}

/** A value and how often it came. */
export type CountedValue = readonly [value: string, count: number];

/** Counted values that were put aside, ascending by value in code-unit order; iterable again and again. */
export type CountRun = Iterable<CountedValue>;

/** Where counts go when memory is to hold fewer of them: `spillCounts` of `@ctrflow/features/node` writes files. */
export interface CountSpill {
  /** Distinct values of one table that memory may hold. */
  readonly maxValues: number;
  /** Puts values aside that come in ascending order. */
  write(values: Iterable<CountedValue>): CountRun;
}

/** Runs that are open at a time: more are joined into one first. */
const MAX_RUNS = 32;

/**
 * Counts values of one table, from dictionary-coded columns: per code while a dictionary lasts, per value when it is exchanged. All counts are
 * kept, in memory or (above the limit of a spill) in sorted runs, so that merging is exact.
 */
export class ValueCounts {
  private counts = new Map<string, number>();
  private runs: CountRun[] = [];
  private dictionary: readonly (string | null)[] = [];
  private canonical: (text: string | null) => string | null = (text) => text;
  private pending = new Float64Array(0);

  constructor(private readonly spill?: CountSpill) {}

  /** Counts rows of a text or list column. */
  add(
    dictionary: readonly (string | null)[],
    codes: Int32Array,
    canonical: (text: string | null) => string | null,
  ): void {
    if (dictionary !== this.dictionary || canonical !== this.canonical) this.flush();
    this.dictionary = dictionary;
    this.canonical = canonical;
    if (this.pending.length < dictionary.length) {
      const larger = new Float64Array(Math.max(dictionary.length, this.pending.length * 2));
      larger.set(this.pending);
      this.pending = larger;
    }
    for (let i = 0; i < codes.length; i++) this.pending[codes[i]]++;
  }

  /** Counts one value. */
  addValue(value: string, count = 1): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
    if (this.spill !== undefined && this.counts.size > this.spill.maxValues) this.putAside(this.spill);
  }

  /** Takes over the counts of another one, which stays as it is. */
  merge(other: ValueCounts): void {
    other.flush();
    this.runs.push(...other.runs);
    for (const [value, count] of other.counts) this.addValue(value, count);
  }

  /** The values kept, by descending count, ties by value in code-unit order. */
  finish({ minCount, maxSize }: VocabularyOptions): string[] {
    this.flush();
    const byCount = new Map<number, string[]>();
    for (const [value, count] of this.all()) {
      if (count < minCount) continue;
      const values = byCount.get(count);
      if (values === undefined) byCount.set(count, [value]);
      else values.push(value);
    }
    const kept: string[] = [];
    for (const count of [...byCount.keys()].sort((a, b) => b - a)) {
      if (kept.length >= maxSize) break;
      for (const value of byCount.get(count)!.sort()) kept.push(value); // without a comparison of ours: code-unit order, and much faster
    }
    return kept.slice(0, maxSize);
  }

  private all(): Iterable<CountedValue> {
    return this.runs.length === 0 ? this.counts : mergeRuns([...this.runs, this.inOrder()]);
  }

  private inOrder(): CountedValue[] {
    return [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private putAside(spill: CountSpill): void {
    if (this.runs.length >= MAX_RUNS) this.runs = [spill.write(mergeRuns(this.runs))];
    this.runs.push(spill.write(this.inOrder()));
    this.counts = new Map();
  }

  private flush(): void {
    for (let code = 0; code < this.dictionary.length; code++) {
      if (this.pending[code] === 0) continue;
      const value = this.canonical(this.dictionary[code]);
      if (value !== null) this.addValue(value, this.pending[code]);
    }
    this.pending.fill(0);
    this.dictionary = [];
  }
}

/** Runs as one: the counts of a value added up, ascending by value. */
function* mergeRuns(runs: readonly CountRun[]): Generator<CountedValue> {
  const heads = runs.map((run) => run[Symbol.iterator]());
  const next = heads.map((head) => head.next());
  for (;;) {
    let least: string | undefined;
    for (const { done, value } of next)
      if (done !== true && (least === undefined || value[0] < least)) least = value[0];
    if (least === undefined) return;
    let count = 0;
    for (let run = 0; run < heads.length; run++) {
      const entry = next[run];
      if (entry.done === true || entry.value[0] !== least) continue;
      count += entry.value[1];
      next[run] = heads[run].next();
    }
    yield [least, count];
  }
}
