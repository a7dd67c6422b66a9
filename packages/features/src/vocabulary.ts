/** Options of a vocabulary. */
export interface VocabularyOptions {
  readonly minCount: number;
  readonly maxSize: number;
}

/**
 * Counts values of one table, from dictionary-coded columns: per code while a dictionary lasts, per value when it is exchanged. All counts are
 * kept, so that merging is exact.
 */
export class ValueCounts {
  private readonly counts = new Map<string, number>();
  private dictionary: readonly (string | null)[] = [];
  private canonical: (text: string | null) => string | null = (text) => text;
  private pending = new Float64Array(0);

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
  }

  merge(other: ValueCounts): void {
    other.flush();
    for (const [value, count] of other.counts) this.addValue(value, count);
  }

  /** The values kept, by descending count, ties by value in code-unit order. */
  finish({ minCount, maxSize }: VocabularyOptions): string[] {
    this.flush();
    return [...this.counts]
      .filter(([, count]) => count >= minCount)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .slice(0, maxSize)
      .map(([value]) => value);
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
