import { identifier } from './database';
import type { Database } from './database';

/** The least factor of slots to values: probing stays short. */
const SLOTS_PER_VALUE = 2;

/**
 * Distinct values of a column of texts, numbered. A row comes out of the database as a 64-bit hash, 8 bytes whatever its text, and is numbered here by open addressing; the
 * text of each value is fetched once. Values are fetched grouped by themselves, so that two of one hash are seen: then another hash is taken.
 */
export class ValueCodes {
  private constructor(
    /** SQL for what {@link ValueCodes.number} takes. */
    readonly hash: string,
    readonly dictionary: readonly (string | null)[],
    /** Counted rows of each value. */
    readonly counts: Float64Array,
    private readonly keys: Uint32Array,
    private readonly codes: Int32Array,
  ) {}

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
    const dictionary: (string | null)[] = [];
    const hashes: Uint32Array[] = [];
    const counts: Float64Array[] = [];
    const count = counted === 'true' ? 'count(*)' : `count(*) FILTER (WHERE ${counted})`;
    const sql = `SELECT value, ${hashOf('value')}, CAST(n AS DOUBLE) FROM (SELECT ${text} AS value, ${count} AS n FROM ${identifier(table)} GROUP BY ALL)`;
    for await (const chunk of database.chunks(sql)) {
      for (const value of chunk.getColumnValues(0)) dictionary.push(value as string | null);
      const numValues = chunk.rowCount;
      hashes.push(halves((chunk.getColumnVector(1) as unknown as { items: BigUint64Array }).items, numValues).slice());
      counts.push((chunk.getColumnVector(2) as unknown as { items: Float64Array }).items.slice(0, numValues));
    }
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, dictionary.length * SLOTS_PER_VALUE)));
    const total = new Float64Array(dictionary.length);
    const made = new ValueCodes(hashOf(text), dictionary, total, new Uint32Array(slots * 2), new Int32Array(slots).fill(-1)); // prettier-ignore
    let code = 0;
    for (const [i, keys] of hashes.entries()) {
      total.set(counts[i], code);
      for (let k = 0; k < keys.length; k += 2) {
        const slot = made.slotOf(keys[k], keys[k + 1]);
        if (made.codes[slot] >= 0) return undefined;
        made.keys[slot * 2] = keys[k];
        made.keys[slot * 2 + 1] = keys[k + 1];
        made.codes[slot] = code++;
      }
    }
    return made;
  }

  /** Writes the codes of `count` hashes to `out` from `at` on. */
  number(hashes: BigUint64Array, count: number, out: Int32Array, at: number): void {
    const keys = halves(hashes, count);
    for (let i = 0; i < count; i++) out[at + i] = this.codes[this.slotOf(keys[i * 2], keys[i * 2 + 1])];
  }

  /** Where a hash is, or is to be. */
  private slotOf(low: number, high: number): number {
    const { keys, codes } = this;
    const mask = codes.length - 1;
    let slot = (low ^ (high >>> 7)) & mask;
    while (codes[slot] >= 0 && (keys[slot * 2] !== low || keys[slot * 2 + 1] !== high)) slot = (slot + 1) & mask;
    return slot;
  }
}

/** 64-bit numbers as pairs of 32 bits: no BigInt is made. */
function halves(hashes: BigUint64Array, count: number): Uint32Array {
  return new Uint32Array(hashes.buffer, hashes.byteOffset, count * 2);
}
