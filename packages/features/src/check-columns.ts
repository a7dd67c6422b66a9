import { SchemaError, checkInteger, checkList, checkObject, checkTyped, expected } from '@ctrflow/core';
import type { EncodedColumns, RawColumn, RawTable, TextColumn } from './columns';

/**
 * Returns `column` when it is a column of texts.
 *
 * @throws SchemaError, ConfigError `eventsByUser: expected a column of texts, as textColumn gives it, for user, got undefined`
 */
export function checkTextColumn(who: string, name: string, column: TextColumn): TextColumn {
  const { kind } = checkObject(who, `a column of texts, as textColumn gives it, for ${name}`, column);
  if (kind !== 'text') throw new SchemaError(expected(who, `a column of texts for ${name}`, kind));
  checkList(who, `a list of texts as dictionary of ${name}`, column.dictionary);
  checkTyped(who, `the codes of ${name}`, column.codes, ['Int32Array']);
  return column;
}

/**
 * Returns `table` when it is a table of raw columns.
 *
 * @throws SchemaError, ConfigError naming the column that is none
 */
export function checkRawTable(who: string, table: RawTable): RawTable {
  const { numRows, columns } = checkObject(who, 'a table of raw columns, as tableFromCsv gives it', table);
  checkInteger(who, 'numRows of a table', numRows, { min: 0 });
  checkObject(who, 'columns by name in a table', columns);
  for (const [name, column] of Object.entries(columns)) checkRawColumn(who, name, column);
  return table;
}

function checkRawColumn(who: string, name: string, column: RawColumn): void {
  const shown = JSON.stringify(name);
  checkObject(who, `a raw column for ${shown}`, column);
  if (column.kind === 'number') checkTyped(who, `the values of ${shown}`, column.values, ['Float64Array']);
  else if (column.kind === 'list') {
    checkTyped(who, `the offsets of ${shown}`, column.offsets, ['Int32Array']);
    checkList(who, `a list of texts as dictionary of ${shown}`, column.dictionary);
    checkTyped(who, `the codes of ${shown}`, column.codes, ['Int32Array']);
  } else if (column.kind === 'tensor')
    checkTyped(who, `the values of ${shown}`, column.values, [
      'Float64Array',
      'Float32Array',
      'Int32Array',
      'Uint8Array',
    ]);
  else checkTextColumn(who, shown, column);
}

/**
 * Returns `columns` when they are encoded rows. Columns that are made when they are asked for are not asked for.
 *
 * @throws ConfigError `takeRows: expected encoded rows, as schema.encode gives them, got undefined`
 */
export function checkEncoded(who: string, columns: EncodedColumns): EncodedColumns {
  const what = 'encoded rows, as schema.encode gives them';
  const missing = ['ids', 'values', 'lists'].find((name) => !Object.hasOwn(checkObject(who, what, columns), name));
  if (missing !== undefined) throw new SchemaError(expected(who, what, `something without ${missing}`));
  checkInteger(who, 'numRows of encoded rows', columns.numRows, { min: 0 });
  return columns;
}
