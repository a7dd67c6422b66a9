import { mapRecord } from '@ctrflow/core';
import type { RawColumn, RawTable, TextColumn } from '@ctrflow/features';

/** Texts, dictionary-coded. */
export function textColumn(values: readonly (string | null)[]): TextColumn {
  const dictionary: (string | null)[] = [];
  const codeOf = new Map<string | null, number>();
  const codes = Int32Array.from(values, (value) => {
    let code = codeOf.get(value);
    if (code === undefined) codeOf.set(value, (code = dictionary.push(value) - 1));
    return code;
  });
  return { kind: 'text', dictionary, codes };
}

/** Rows of several tables with the same columns of numbers and texts, one after the other. */
export function concatTables(tables: readonly RawTable[]): RawTable {
  return {
    numRows: tables.reduce((sum, { numRows }) => sum + numRows, 0),
    columns: mapRecord(tables[0].columns, (_, name) => concatRaw(tables.map(({ columns }) => columns[name]))),
  };
}

function concatRaw(columns: readonly RawColumn[]): RawColumn {
  if (columns.every((column) => column.kind === 'number'))
    return { kind: 'number', values: Float64Array.from(columns.flatMap(({ values }) => Array.from(values))) };
  if (!columns.every((column) => column.kind === 'text')) throw new TypeError('concatTables: columns of one kind, numbers or texts'); // prettier-ignore
  return textColumn(columns.flatMap(({ dictionary, codes }) => Array.from(codes, (code) => dictionary[code])));
}
