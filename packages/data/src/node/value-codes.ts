import { identifier } from './database';
import type { Database } from './database';

/** The least factor of slots to values: probing stays short. */
const SLOTS_PER_VALUE = 2;

/**
 * Distinct values of a column of texts, numbered. A row comes out of the database as a 64-bit hash, 8 bytes whatever its text, and is numbered here by open addressing; the
 * text of each value is fetched once, in the order of a vocabulary. Values are fetched grouped by themselves, so that two of one hash are seen: then another hash is taken.
 */
export class ValueCodes {
  private readonly slots: Int32Array;

  private constructor(
    /** SQL for what {@link ValueCodes.number} takes. */
    readonly hash: string,
    readonly dictionary: readonly (string | null)[],
    /** Counted rows of each value. */
    readonly counts: Float64Array,
    /** Of each value, as {@link halves}: frequent values first, so that those of most rows lie close together. */
    private readonly hashes: Uint32Array,
  ) {
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, dictionary.length * SLOTS_PER_VALUE)))).fill(-1);
  }

  /**
   * @param text - SQL of the column as text
   * @param counted - SQL condition of the rows that are counted
   */
  static async open(database: Database, table: string, text: string, counted: string): Promise<ValueCodes> {
    for (let salt = 0; ; salt++) {
      const hashOf = (of: string): string => (salt === 0 ? `hash(${of})` : `hash(${of}, ${salt})`);
      const opened = await ValueCodes.read(database, table, text, counted, hashOf);
      if (opened !== undefined) return opened;
    }
  }

  /** Undefined when two values have one hash. */
  private static async read(
    database: Database,
    table: string,
    text: string,
    counted: string,
    hashOf: (of: string) => string,
  ): Promise<ValueCodes | undefined> {
    const count = counted === 'true' ? 'count(*)' : `count(*) FILTER (WHERE ${counted})`;
    const groups = `SELECT ${text} AS value, ${count} AS n FROM ${identifier(table)} GROUP BY ALL`;
    const sql = `SELECT value, ${hashOf('value')}, CAST(n AS DOUBLE) FROM (${groups}) ORDER BY n DESC, value`;
    const chunks = await database.allChunks(sql);
    const numValues = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    const dictionary: (string | null)[] = [];
    const hashes = new Uint32Array(numValues * 2);
    const counts = new Float64Array(numValues);
    for (const chunk of chunks) {
      const [from, length] = [dictionary.length, chunk.rowCount];
      hashes.set(halves((chunk.getColumnVector(1) as unknown as { items: BigUint64Array }).items, length), from * 2);
      counts.set((chunk.getColumnVector(2) as unknown as { items: Float64Array }).items.subarray(0, length), from);
      for (const value of chunk.getColumnValues(0)) dictionary.push(value as string | null);
    }
    const made = new ValueCodes(hashOf(text), dictionary, counts, hashes);
    return made.fill() ? made : undefined;
  }

  /** Gives every value its slot; false when two values have one hash. */
  private fill(): boolean {
    const { hashes, slots } = this;
    for (let code = 0; code < this.dictionary.length; code++) {
      const slot = this.slotOf(hashes[code * 2], hashes[code * 2 + 1]);
      if (slots[slot] >= 0) return false;
      slots[slot] = code;
    }
    return true;
  }

  /** Writes the codes of `count` hashes to `out` from `at` on. */
  number(hashes: BigUint64Array, count: number, out: Int32Array, at: number): void {
    const keys = halves(hashes, count);
    for (let i = 0; i < count; i++) out[at + i] = this.slots[this.slotOf(keys[i * 2], keys[i * 2 + 1])];
  }

  /** Where the code of a hash is, or is to be. */
  private slotOf(low: number, high: number): number {
    const { hashes, slots } = this;
    const mask = slots.length - 1;
    let slot = (low ^ (high >>> 7)) & mask;
    for (;;) {
      const code = slots[slot];
      if (code < 0 || (hashes[code * 2] === low && hashes[code * 2 + 1] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

/** 64-bit numbers as pairs of 32 bits: no BigInt is made. */
function halves(hashes: BigUint64Array, count: number): Uint32Array {
  return new Uint32Array(hashes.buffer, hashes.byteOffset, count * 2);
}
