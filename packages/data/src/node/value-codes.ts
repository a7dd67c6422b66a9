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
    private readonly keys: Uint32Array,
    private readonly codes: Int32Array,
  ) {}

  static async open(database: Database, table: string, column: string): Promise<ValueCodes> {
    const text = `CAST(${identifier(column)} AS VARCHAR)`;
    for (let salt = 0; ; salt++) {
      const hash = salt === 0 ? `hash(${text})` : `hash(${text}, ${salt})`;
      const opened = await ValueCodes.read(database, table, text, hash);
      if (opened !== undefined) return opened;
    }
  }

  /** Undefined when two values have one hash. */
  private static async read(
    database: Database,
    table: string,
    text: string,
    hash: string,
  ): Promise<ValueCodes | undefined> {
    const dictionary: (string | null)[] = [];
    const hashes: Uint32Array[] = [];
    const sql = `SELECT value, ${hash.replace(text, 'value')} FROM (SELECT DISTINCT ${text} AS value FROM ${identifier(table)})`;
    for await (const chunk of database.chunks(sql)) {
      for (const value of chunk.getColumnValues(0)) dictionary.push(value as string | null);
      hashes.push(halves((chunk.getColumnVector(1) as unknown as HashVector).items, chunk.rowCount).slice());
    }
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, dictionary.length * SLOTS_PER_VALUE)));
    const made = new ValueCodes(hash, dictionary, new Uint32Array(slots * 2), new Int32Array(slots).fill(-1));
    let code = 0;
    for (const keys of hashes) {
      for (let i = 0; i < keys.length; i += 2) {
        const slot = made.slotOf(keys[i], keys[i + 1]);
        if (made.codes[slot] >= 0) return undefined;
        made.keys[slot * 2] = keys[i];
        made.keys[slot * 2 + 1] = keys[i + 1];
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

/** The part of DuckDB's vector of UBIGINT that is read. */
export interface HashVector {
  readonly items: BigUint64Array;
}

/** 64-bit numbers as pairs of 32 bits: no BigInt is made. */
function halves(hashes: BigUint64Array, count: number): Uint32Array {
  return new Uint32Array(hashes.buffer, hashes.byteOffset, count * 2);
}
