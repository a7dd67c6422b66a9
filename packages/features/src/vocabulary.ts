import type { Canonical } from './text';

/** Options of a vocabulary. */
export interface VocabularyOptions {
  readonly minCount: number;
  readonly maxSize: number;
}

/** A fitted vocabulary. */
export interface Vocabulary {
  /** By descending count, ties by value in code-unit order. */
  readonly values: readonly string[];
  /** Known where all counts came by one dictionary: the place in `values` of each of its texts, -1 where it has none. */
  readonly places?: { readonly dictionary: Dictionary; readonly of: Int32Array };
}

/** Distinct texts of a column. */
export type Dictionary = readonly (string | null)[];

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
  private dictionary: Dictionary = [];
  private isDistinct = false;
  private canonical: Canonical = (text) => text;
  private pending = new Float64Array(0);

  constructor(private readonly spill?: CountSpill) {}

  /** Counts rows of a text or list column. */
  add(dictionary: Dictionary, codes: Int32Array, canonical: Canonical): void {
    this.take(dictionary, canonical);
    for (let i = 0; i < codes.length; i++) this.pending[codes[i]]++;
  }

  /** Adds counts of distinct texts. */
  addCounts(dictionary: Dictionary, counts: Float64Array, canonical: Canonical): void {
    this.take(dictionary, canonical);
    this.isDistinct = true;
    for (let code = 0; code < counts.length; code++) this.pending[code] += counts[code];
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

  /** The values kept. */
  finish({ minCount, maxSize }: VocabularyOptions): Vocabulary {
    const isAll = this.counts.size === 0 && this.runs.length === 0;
    const values = isAll && this.isDistinct ? this.canonicalValues() : undefined;
    if (values !== undefined) return this.finishCodes(values, { minCount, maxSize });
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
    return { values: kept.slice(0, maxSize) };
  }

  /** The value of each text of the dictionary, undefined when two texts may have one value. */
  private canonicalValues(): Dictionary | undefined {
    const values = this.dictionary.map(this.canonical);
    return values.every((value, code) => value === null || value === this.dictionary[code]) ? values : undefined;
  }

  /** Without a map of the values, and in one pass where the dictionary comes in the order of the vocabulary. */
  private finishCodes(values: Dictionary, { minCount, maxSize }: VocabularyOptions): Vocabulary {
    const { dictionary, pending } = this;
    const codes: number[] = [];
    for (let code = 0; code < values.length; code++)
      if (values[code] !== null && pending[code] >= minCount) codes.push(code);
    const inOrder = (a: number, b: number): number => pending[b] - pending[a] || (values[a]! < values[b]! ? -1 : 1);
    const kept = codes.sort(inOrder).slice(0, maxSize);
    const of = new Int32Array(values.length).fill(-1);
    for (let place = 0; place < kept.length; place++) of[kept[place]] = place;
    return { values: kept.map((code) => values[code]!), places: { dictionary, of } };
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

  private take(dictionary: Dictionary, canonical: Canonical): void {
    if (dictionary !== this.dictionary || canonical !== this.canonical) this.flush();
    this.dictionary = dictionary;
    this.canonical = canonical;
    if (this.pending.length >= dictionary.length) return;
    const larger = new Float64Array(Math.max(dictionary.length, this.pending.length * 2));
    larger.set(this.pending);
    this.pending = larger;
  }

  private flush(): void {
    for (let code = 0; code < this.dictionary.length; code++) {
      if (this.pending[code] === 0) continue;
      const value = this.canonical(this.dictionary[code]);
      if (value !== null) this.addValue(value, this.pending[code]);
    }
    this.pending.fill(0);
    this.dictionary = [];
    this.isDistinct = false;
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

/** Finds values of a vocabulary. */
export class VocabularyIndex {
  private readonly places = new WeakMap<Dictionary, Int32Array>();
  private placeOf: Map<string, number> | undefined;

  constructor(
    private readonly values: readonly string[],
    places?: Vocabulary['places'],
  ) {
    if (places !== undefined) this.places.set(places.dictionary, places.of);
  }

  get size(): number {
    return this.values.length;
  }

  /** Place of a value, the canonical text of `dictionary[code]`; -1 where it has none. */
  find(value: string, code: number, dictionary: Dictionary): number {
    const known = this.places.get(dictionary);
    if (known !== undefined && code < known.length) return known[code];
    this.placeOf ??= new Map(this.values.map((one, place) => [one, place])); // a third of a second for a million values
    return this.placeOf.get(value) ?? -1;
  }
}
