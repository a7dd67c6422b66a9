import { expected } from '@ctrflow/core';
import type { RawColumn } from '../columns';
import type { Canonical } from '../text';
import { isTooLarge, parseNumber } from '../text';
import { DictionaryLookup } from './lookup';
import type { OnProblem } from './problem';

/** Reads a raw column as numbers, NaN where missing; the same for fitting and encoding. */
export class NumberReader {
  private readonly lookup: DictionaryLookup;

  constructor(
    private readonly who: string,
    private readonly column: string,
    canonical: Canonical,
  ) {
    this.lookup = new DictionaryLookup((text) => {
      const value = canonical(text);
      if (value === null) return NaN;
      return parseNumber(value) ?? { message: this.describe(value) };
    });
  }

  /** `[numRows]` numbers. */
  read(column: RawColumn | undefined, numRows: number, onProblem: OnProblem): Float64Array {
    if (column === undefined) return new Float64Array(numRows).fill(NaN);
    if (column.kind === 'number') return this.checked(column.values, onProblem);
    const values = new Float64Array(numRows);
    if (column.kind === 'text') this.lookup.write(column, this.column, values, onProblem);
    else onProblem({ row: 0, column: this.column, value: 'a list', message: this.describe('a list') });
    return values;
  }

  private checked(values: Float64Array, onProblem: OnProblem): Float64Array {
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (!isTooLarge(value)) continue;
      onProblem({ row, column: this.column, value: String(value), message: this.describe(String(value)) });
    }
    return values;
  }

  private describe(value: string): string {
    const hint = 'name texts that mean missing in `nullValues`, or declare the field categorical';
    return expected(this.who, 'a finite number within float32', value, hint);
  }
}
