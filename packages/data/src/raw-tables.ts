import { ConfigError, DataError, checkList, expected, mapRecord } from '@ctrflow/core';
import { checkRawTable } from '@ctrflow/features';
import type { RawColumn, RawTable, TextColumn } from '@ctrflow/features';

/** Texts, dictionary-coded. */
export function textColumn(values: readonly (string | null)[]): TextColumn {
  const wrong = checkList('textColumn', 'a list of texts', values).findIndex(
    (value) => value !== null && typeof value !== 'string',
  );
  if (wrong >= 0) throw new DataError(expected('textColumn', `a text or null in row ${wrong}`, values[wrong]));
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
  checkList('concatTables', 'a list of tables', tables);
  for (const table of tables) checkRawTable('concatTables', table);
  if (tables.length === 0) throw new ConfigError(expected('concatTables', 'one table or more', 'none'));
  return {
    numRows: tables.reduce((sum, { numRows }) => sum + numRows, 0),
    columns: mapRecord(tables[0].columns, (_, name) => concatRaw(tables.map(({ columns }) => columns[name]))),
  };
}

function concatRaw(columns: readonly RawColumn[]): RawColumn {
  if (columns.every((column) => column.kind === 'number'))
    return { kind: 'number', values: Float64Array.from(columns.flatMap(({ values }) => Array.from(values))) };
  if (!columns.every((column) => column.kind === 'text')) throw new DataError(expected('concatTables', 'columns of one kind, numbers or texts', columns.map((column) => column?.kind))); // prettier-ignore
  return textColumn(columns.flatMap(({ dictionary, codes }) => Array.from(codes, (code) => dictionary[code])));
}
