import { DataError, expected } from '@ctrflow/core';
import type { NumberColumn, RawColumn, TextColumn } from './columns';
import type { SchemaSpec } from './spec';

/** Turns a file's text into the canonical value of a schema: trimmed as declared, null when missing. */
export type Canonical = (text: string | null) => string | null;

/** The canonical text of a value under a schema's `trim` and `nullValues`. */
export function canonicalizer({ trim = true, nullValues = [] }: Pick<SchemaSpec, 'trim' | 'nullValues'>): Canonical {
  const missing = new Set(['', ...nullValues]);
  return (text) => {
    if (text === null) return null;
    const value = trim ? text.trim() : text;
    return missing.has(value) ? null : value;
  };
}

/** Digits that a number certainly keeps when it is read and written again. */
const EXACT_DIGITS = 15;

/** One text for all ways to write a number: `1`, `1.0` and `1.00` are `1`. What begins with a zero too many or is too long to be a quantity stays as it is. */
export function plainNumber(text: string): string {
  const digits = text.replaceAll(/\D/g, '').length;
  if (digits > EXACT_DIGITS || /^[+-]?0\d/.test(text) || !NUMBER.test(text)) return text;
  return String(Number(text) + 0); // -0 is 0
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a text spells, or undefined when it spells none or none that is finite in float32. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return isTooLarge(value) ? undefined : value;
}

/** From here on numbers round to infinity as float32: half a step above the largest one. */
const FLOAT32_LIMIT = 2 ** 128 - 2 ** 103;

/** Whether a number is too large for float32, which every value becomes, or infinite; NaN, which stands for a missing value, is not. */
export function isTooLarge(value: number): boolean {
  return Math.abs(value) >= FLOAT32_LIMIT;
}

/**
 * Numbers as categorical values: the shortest decimal that reads back as the same number (`7`, `0.1`, `1e+21`), -0 as `0`.
 * A typed source therefore gives the same value as a text file written from it.
 */
export function numbersAsText({ values }: NumberColumn): TextColumn {
  const dictionary: (string | null)[] = [];
  const codeOf = new Map<number, number>();
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let code = codeOf.get(values[i]);
    if (code === undefined) {
      code = dictionary.push(Number.isNaN(values[i]) ? null : String(values[i] === 0 ? 0 : values[i])) - 1;
      codeOf.set(values[i], code);
    }
    codes[i] = code;
  }
  return { kind: 'text', dictionary, codes };
}

/**
 * A column of one value a row as text; undefined when it is not there.
 *
 * @throws DataError for a column of lists: none of their entries would be seen
 */
export function asText(column: RawColumn | undefined, name: string): TextColumn | undefined {
  if (column?.kind === 'number') return numbersAsText(column);
  if (column?.kind === 'list' || column?.kind === 'tensor')
    throw new DataError(
      expected('source', 'one value a row', 'a list', 'lists are for fields of kind "sequence" and "multi-hot"'),
      { column: name },
    );
  return column;
}
