import type { TextColumn } from '../columns';
import type { OnProblem } from './problem';

/** What a distinct text encodes to, or why it cannot. */
export type Encoded = number | { readonly message: string };

/** Encodes the text that a dictionary holds at a code. */
export type EncodeText = (text: string | null, code: number, dictionary: readonly (string | null)[]) => Encoded;

/**
 * Encodes dictionary-coded texts by a table from code to number. A dictionary that comes again is not encoded again, and one that has grown
 * only at its end.
 */
export class DictionaryLookup {
  private readonly tables = new WeakMap<readonly (string | null)[], { values: Float64Array; length: number }>();
  private readonly problems = new WeakMap<readonly (string | null)[], Map<number, string>>();

  constructor(private readonly encode: EncodeText) {}

  /** Writes the number of each row to `out`. */
  write(
    { dictionary, codes }: TextColumn,
    column: string,
    out: Int32Array | Float32Array | Float64Array,
    onProblem: OnProblem,
  ): void {
    const table = this.tableOf(dictionary);
    for (let i = 0; i < codes.length; i++) out[i] = table[codes[i]];
    const problems = this.problems.get(dictionary);
    if (problems === undefined) return;
    for (let row = 0; row < codes.length; row++) {
      const message = problems.get(codes[row]);
      if (message !== undefined) onProblem({ row, column, value: dictionary[codes[row]] ?? '', message });
    }
  }

  private tableOf(dictionary: readonly (string | null)[]): Float64Array {
    let table = this.tables.get(dictionary);
    if (table === undefined) {
      table = { values: new Float64Array(dictionary.length), length: 0 };
      this.tables.set(dictionary, table);
    }
    if (table.values.length < dictionary.length) {
      const larger = new Float64Array(Math.max(dictionary.length, table.values.length * 2));
      larger.set(table.values);
      table.values = larger;
    }
    for (; table.length < dictionary.length; table.length++) {
      const encoded = this.encode(dictionary[table.length], table.length, dictionary);
      if (typeof encoded === 'number') table.values[table.length] = encoded;
      else this.addProblem(dictionary, table.length, encoded.message);
    }
    return table.values;
  }

  private addProblem(dictionary: readonly (string | null)[], code: number, message: string): void {
    const problems = this.problems.get(dictionary) ?? new Map<number, string>();
    this.problems.set(dictionary, problems.set(code, message));
  }
}
