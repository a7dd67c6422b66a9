import { DataError, checkList, checkObject, checkTexts, emptyRecord, expected, recordOf } from '@ctrflow/core';
import type { RawColumn, RawTable } from './columns';

/** The values of one column of raw rows; undefined where a row has none. */
export function valuesOfColumn(rows: readonly Readonly<Record<string, unknown>>[], column: string): unknown[] {
  return rows.map((row) => (Object.hasOwn(row, column) ? row[column] : undefined));
}

/**
 * Raw rows as a server gets them, as columns: numbers stay numbers, lists become list columns, everything else is text.
 *
 * @param separators - by column: where some rows hold lists and others texts, the texts are split here
 */
export function rowsAsTable(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
  separators: Readonly<Record<string, string>> = emptyRecord(),
): RawTable {
  const who = 'rowsAsTable';
  const wrong = checkList(who, 'a list of rows', rows).findIndex((row) => typeof row !== 'object' || row === null);
  if (wrong >= 0)
    throw new DataError(expected(who, 'an object of values by column for every row', rows[wrong]), { line: wrong + 1 });
  checkTexts(who, 'columns', columns);
  checkObject(who, 'separators by column', separators);
  const present = columns.filter((column) => rows.some((row) => Object.hasOwn(row, column)));
  return {
    numRows: rows.length,
    columns: recordOf(
      present.map((column): [string, RawColumn] => [
        column,
        columnOf(valuesOfColumn(rows, column), separators[column]),
      ]),
    ),
  };
}

function columnOf(values: readonly unknown[], separator: string | undefined): RawColumn {
  if (values.some(isList)) return listColumn(values, separator);
  if (values.every((value) => typeof value === 'number')) return { kind: 'number', values: Float64Array.from(values) };
  return { kind: 'text', dictionary: values.map(textOf), codes: Int32Array.from(values, (_, i) => i) };
}

function listColumn(values: readonly unknown[], separator: string | undefined): RawColumn {
  const listOf = (value: unknown): readonly unknown[] => {
    if (isList(value)) return Array.from(value);
    const text = textOf(value);
    if (text === null || text.trim() === '') return [];
    return separator === undefined ? [text] : text.split(separator);
  };
  const lists = values.map(listOf);
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => {
    offsets[row + 1] = offsets[row] + list.length;
  });
  const dictionary = lists.flat().map(textOf);
  return { kind: 'list', offsets, dictionary, codes: Int32Array.from(dictionary, (_, i) => i) };
}

/** An array or a typed array. */
function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function textOf(value: unknown): string | null {
  if (isMissing(value)) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (isList(value)) return JSON.stringify(Array.from(value));
  return Object.is(value, -0) ? '0' : String(value);
}
