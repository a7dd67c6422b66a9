import { SchemaError, checkObject, expected, recordOf } from '@ctrflow/core';
import type { ListColumn, RawColumn, RawTable, TextColumn } from '@ctrflow/features';
import { DataType } from 'apache-arrow';
import type { Table, Vector } from 'apache-arrow';

/**
 * An Arrow table as raw columns: floating-point numbers and integers of up to 32 bits as numbers, longer integers, texts, booleans, dates and times as texts (times in ISO
 * form, UTC), lists as lists of texts. Null is a missing value.
 *
 * @throws SchemaError for a column of another type
 */
export function tableFromArrow(table: Table): RawTable {
  const what = 'a table of apache-arrow';
  const { schema } = checkObject('tableFromArrow', what, table, ['getChild']);
  const columns = checkObject('tableFromArrow', what, schema).fields.map(({ name }): [string, RawColumn] => [
    name,
    columnOf(table.getChild(name)!, name),
  ]);
  return { numRows: table.numRows, columns: recordOf(columns) };
}

function columnOf(vector: Vector, name: string): RawColumn {
  const { type } = vector as { readonly type: DataType };
  if (DataType.isFloat(type) || (DataType.isInt(type) && type.bitWidth <= 32)) {
    const values = Float64Array.from({ length: vector.length }, (_, row) => (vector.get(row) as number | null) ?? NaN);
    return { kind: 'number', values };
  }
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) return listColumn(vector, textOf(itemType(type), name));
  return textColumn(vector, textOf(type, name));
}

function itemType(type: DataType): DataType {
  return (type as { readonly children: readonly { readonly type: DataType }[] }).children[0].type;
}

/** How a value of a type is written. */
function textOf(type: DataType, name: string): (value: unknown) => string | null {
  if (DataType.isDictionary(type)) return textOf(type.dictionary as DataType, name);
  if (DataType.isNull(type)) return () => null;
  if (DataType.isDate(type) || DataType.isTimestamp(type))
    return (value) => (value === null ? null : new Date(Number(value)).toISOString());
  if (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isInt(type) ||
    DataType.isBool(type) ||
    DataType.isFloat(type)
  )
    return (value) => (value === null || Number.isNaN(value) ? null : plainText(value as Plain));
  const what = 'numbers, texts, booleans, times or lists of them';
  throw new SchemaError(expected(`Arrow column "${name}"`, what, describeType(type), 'convert or drop the column'));
}

type Plain = string | number | bigint | boolean;

function plainText(value: Plain): string {
  return Object.is(value, -0) ? '0' : String(value);
}

function describeType(type: DataType): string {
  return (type as { toString(): string }).toString();
}

/** Numbers values as they come. */
class Dictionary {
  readonly values: (string | null)[] = [];
  private readonly codes = new Map<string | null, number>();

  codeOf(value: string | null): number {
    let code = this.codes.get(value);
    if (code === undefined) {
      code = this.values.push(value) - 1;
      this.codes.set(value, code);
    }
    return code;
  }
}

function textColumn(vector: Vector, text: (value: unknown) => string | null): TextColumn {
  const dictionary = new Dictionary();
  const codes = Int32Array.from({ length: vector.length }, (_, row) => dictionary.codeOf(text(vector.get(row))));
  return { kind: 'text', dictionary: dictionary.values, codes };
}

function listColumn(vector: Vector, text: (value: unknown) => string | null): ListColumn {
  const dictionary = new Dictionary();
  const offsets = new Int32Array(vector.length + 1);
  const codes: number[] = [];
  for (let row = 0; row < vector.length; row++) {
    for (const entry of (vector.get(row) as Iterable<unknown> | null) ?? []) codes.push(dictionary.codeOf(text(entry)));
    offsets[row + 1] = codes.length;
  }
  return { kind: 'list', offsets, dictionary: dictionary.values, codes: Int32Array.from(codes) };
}
