import type { ListColumn } from '@ctrflow/features';
import { columnIdentifier } from './column-names';
import { literal } from './database';

/** Joins the entries of a list into one text: no text of a file holds it. */
const ENTRY_SEPARATOR = '\u001f';

/** Distinct lists, their entries numbered: each is taken apart once. */
export class ListDictionary {
  private readonly dictionary: string[] = [];
  private readonly entries: readonly (readonly number[])[];

  constructor(texts: readonly (string | null)[]) {
    const codeOf = new Map<string, number>();
    const numberOf = (entry: string): number => {
      const known = codeOf.get(entry);
      if (known !== undefined) return known;
      codeOf.set(entry, this.dictionary.push(entry) - 1);
      return this.dictionary.length - 1;
    };
    this.entries = texts.map((text) => (text === null || text === '' ? [] : text.split(ENTRY_SEPARATOR).map(numberOf)));
  }

  /** A column of the lists of these numbers. */
  column(codes: Int32Array): ListColumn {
    const offsets = new Int32Array(codes.length + 1);
    for (let row = 0; row < codes.length; row++) offsets[row + 1] = offsets[row] + this.entries[codes[row]].length;
    const out = new Int32Array(offsets[codes.length]);
    for (let row = 0; row < codes.length; row++) out.set(this.entries[codes[row]], offsets[row]);
    return { kind: 'list', offsets, dictionary: this.dictionary, codes: out };
  }
}

/** Whether columns of a type of DuckDB hold lists. */
export function isList(type: string | undefined): boolean {
  return type?.endsWith(']') === true;
}

/** SQL for the entries of a list as one text; an empty list is an empty text. */
export function joinedEntries(column: string, separator = ENTRY_SEPARATOR): string {
  const entries = `list_transform(${columnIdentifier(column)}, entry -> coalesce(CAST(entry AS VARCHAR), ''))`;
  return `array_to_string(${entries}, ${literal(separator)})`;
}
