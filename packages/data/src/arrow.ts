import { SerializationError, checkText, checkTyped, emptyRecord, expected } from '@ctrflow/core';
import { LABEL, checkEncoded } from '@ctrflow/features';
import type { EncodedColumns, EncodedList, EncodedTensor } from '@ctrflow/features';
import {
  DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  List,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint8,
  makeData,
  tableFromIPC,
} from 'apache-arrow';
import type { Data, Table } from 'apache-arrow';

/** Targets, weight, group, time and the number in the source are columns of these names. Fields keep their own, with one more before it where a field's begins so. */
const ROLE = '@';
/** Weights of a weighted list stand beside its ids. */
const WEIGHTS = ':weights';
const roles = ['weight', 'group', 'time', 'sourceRow'] as const;
/** Before the name of a target other than the label, whose column is `@label`. */
const TARGET = 'target:';

/**
 * Encoded rows as an Arrow IPC file of one record batch, which any Arrow library opens: ids as Int32, values as Float32, lists as List<Int32> (their weights as List<Float32> in
 * a column `name:weights`), tensors as FixedSizeList of Float32, Int32 or Uint8, targets and sample weight as Float32 and group, time and the
 * number in the source as Float64 in columns `@label` or `@target:name`, `@weight`, `@group`, `@time`, `@sourceRow`.
 */
export async function encodedToArrow(columns: EncodedColumns): Promise<Uint8Array> {
  return concatBytes(await arrowPieces(checkEncoded('encodedToArrow', columns)));
}

/** The bytes of {@link encodedToArrow} in pieces, most of which are the columns themselves. */
export async function arrowPieces(columns: EncodedColumns): Promise<Uint8Array[]> {
  const children: [string, Data][] = [
    ...Object.entries(columns.ids).map(([name, ids]): [string, Data] => [storedName(name), int32(ids)]),
    ...Object.entries(columns.values).map(([name, values]): [string, Data] => [storedName(name), float32(values)]),
    ...Object.entries(columns.lists).flatMap(([name, list]) => listColumns(storedName(name), list)),
    ...Object.entries(columns.tensors ?? emptyRecord<EncodedTensor>()).map(([name, tensor]): [string, Data] => [storedName(name), fixedSizeList(tensor, columns.numRows)]), // prettier-ignore
    ...Object.entries(columns.targets ?? emptyRecord<Float32Array>()).map(([name, values]): [string, Data] => [
      ROLE + (name === LABEL ? LABEL : TARGET + name),
      float32(values),
    ]),
    ...roles.flatMap((role): [string, Data][] => {
      const values = columns[role];
      if (values === undefined) return [];
      return [[ROLE + role, values instanceof Float32Array ? float32(values) : float64(values)]];
    }),
  ];
  const schema = new Schema(children.map(([name, { type }]) => new Field(name, type, false)));
  const data = makeData({
    type: new Struct(schema.fields),
    length: columns.numRows,
    nullCount: 0,
    children: children.map(([, child]) => child),
  });
  const pieces: Uint8Array[] = [];
  // Joined here: the writer's own join takes one array written twice in a row for one, and everything after it moves.
  const writer: AsyncIterable<Uint8Array> = RecordBatchFileWriter.writeAll([new RecordBatch(schema, data)]);
  for await (const piece of writer) pieces.push(piece);
  return pieces;
}

/**
 * Encoded rows of an Arrow IPC file, without copying.
 *
 * @throws SerializationError when the bytes are no such file
 */
export function encodedFromArrow(bytes: Uint8Array, who: string): EncodedColumns {
  checkTyped(checkText('encodedFromArrow', 'who', who), 'the bytes of an Arrow IPC file', bytes, ['Uint8Array']);
  const table = readTable(bytes, who);
  const ids: Record<string, Int32Array> = emptyRecord();
  const values: Record<string, Float32Array> = emptyRecord();
  const lists: Record<string, EncodedList> = emptyRecord();
  let tensors: Record<string, EncodedTensor> | undefined;
  const role: Record<string, Float32Array | Float64Array> = emptyRecord();
  let targets: Record<string, Float32Array> | undefined;
  for (const { name: stored, type } of table.schema.fields) {
    const column: Data = dataOf(table, stored);
    const name = stored.startsWith(ROLE) ? stored.slice(ROLE.length) : stored;
    // Buffers are padded to 8 bytes.
    const numbers = (column.values as Column | undefined)?.subarray(0, table.numRows);
    if (name !== stored && !name.startsWith(ROLE)) {
      const target = name === LABEL ? LABEL : name.startsWith(TARGET) ? name.slice(TARGET.length) : undefined;
      if (target === undefined) role[name] = numbers as Float32Array | Float64Array;
      else (targets ??= emptyRecord())[target] = numbers as Float32Array;
    } else if (DataType.isInt(type)) ids[name] = numbers as Int32Array;
    else if (DataType.isFloat(type)) values[name] = numbers as Float32Array;
    else if (DataType.isFixedSizeList(type)) (tensors ??= emptyRecord())[name] = entriesOf(column) as EncodedTensor;
    else if (!name.endsWith(WEIGHTS)) {
      const weighted = table.schema.fields.some((field) => field.name === stored + WEIGHTS);
      lists[name] = {
        offsets: (column.valueOffsets as Int32Array).subarray(0, table.numRows + 1),
        ids: entriesOf(column) as Int32Array,
        ...(weighted && { weights: entriesOf(dataOf(table, stored + WEIGHTS)) as Float32Array }),
      };
    }
  }
  return {
    numRows: table.numRows,
    ids,
    values,
    lists,
    ...(tensors && { tensors }),
    ...(targets && { targets }),
    ...role,
  };
}

type Column = Int32Array | Float32Array | Float64Array | Uint8Array;

function storedName(field: string): string {
  return field.startsWith(ROLE) ? ROLE + field : field;
}

function dataOf(table: Table, name: string): Data {
  return table.getChild(name)!.data[0] as Data;
}

function entriesOf({ children: [entries] }: Data): Column {
  return (entries.values as Column).subarray(0, entries.length);
}

function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** First and last bytes of an Arrow IPC file. */
const MAGIC = 'ARROW1';

function readTable(bytes: Uint8Array, who: string): Table {
  const magicAt = (from: number): string => String.fromCharCode(...bytes.subarray(from, from + MAGIC.length));
  if (bytes.length < 2 * MAGIC.length || magicAt(0) !== MAGIC || magicAt(bytes.length - MAGIC.length) !== MAGIC)
    throw new SerializationError(expected(who, 'an Arrow IPC file', 'something else, or one that was cut off'));
  try {
    return tableFromIPC(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SerializationError(expected(who, 'an Arrow IPC file', reason), { cause: error });
  }
}

function listColumns(name: string, { offsets, ids, weights }: EncodedList): [string, Data][] {
  const list = (child: Data): Data =>
    makeData({
      type: new List(new Field('item', child.type, false)),
      length: offsets.length - 1,
      nullCount: 0,
      valueOffsets: offsets,
      child,
    });
  return [[name, list(int32(ids))], ...(weights ? [[name + WEIGHTS, list(float32(weights))] as [string, Data]] : [])];
}

function fixedSizeList(tensor: EncodedTensor, numRows: number): Data {
  const child = numbers(tensor);
  const size = tensor.length / Math.max(1, numRows);
  return makeData({
    type: new FixedSizeList(size, new Field('item', child.type, false)),
    length: numRows,
    nullCount: 0,
    child,
  });
}

function numbers(data: EncodedTensor): Data {
  if (data instanceof Float32Array) return float32(data);
  if (data instanceof Int32Array) return int32(data);
  return makeData({ type: new Uint8(), length: data.length, nullCount: 0, data });
}

function int32(data: Int32Array): Data {
  return makeData({ type: new Int32(), length: data.length, nullCount: 0, data });
}

function float32(data: Float32Array): Data {
  return makeData({ type: new Float32(), length: data.length, nullCount: 0, data });
}

function float64(data: Float64Array): Data {
  return makeData({ type: new Float64(), length: data.length, nullCount: 0, data });
}
