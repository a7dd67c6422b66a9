import {
  ConfigError,
  checkInteger,
  checkList,
  checkTyped,
  emptyRecord,
  expected,
  mapRecord,
  permutation,
  recordOf,
} from '@ctrflow/core';
import { checkEncoded } from '@ctrflow/features';
import type { EncodedColumns, EncodedList, EncodedTensor } from '@ctrflow/features';
import { columnsOf, keptByRow, later, sliceMatrices, withMatrices } from './by-row';
import type { BatchOptions, RowSource } from './dataset';

/** Encoded rows in memory as a source of batches, with a global shuffle. From the first shuffle on they are kept row by row. */
export function rowsInMemory(columns: EncodedColumns): RowSource {
  let kept = checkEncoded('rowsInMemory', columns);
  return {
    numRows: columns.numRows,
    targets: Object.keys(columns.targets ?? {}),
    // eslint-disable-next-line @typescript-eslint/require-await -- the rows are here; other sources read files
    async *batches(options: BatchOptions) {
      if (options.shuffle !== undefined) kept = keptByRow(kept);
      yield* sliceBatches(kept, options);
    },
  };
}

function* sliceBatches(
  columns: EncodedColumns,
  { batchSize, shuffle, startBatch = 0 }: BatchOptions,
): Generator<EncodedColumns> {
  const { numRows } = columns;
  const order = shuffle === undefined ? undefined : permutation(shuffle, numRows);
  for (let from = startBatch * batchSize; from < numRows; from += batchSize) {
    const to = Math.min(numRows, from + batchSize);
    yield cutRows(columns, order, from, to);
  }
}

/**
 * Rows `from` to `to` (exclusive) of an order, or of the stored one. Which rows a shuffled batch has is random; within it they come in stored order, so that
 * columns are read from front to back.
 */
export function cutRows(
  columns: EncodedColumns,
  order: Uint32Array | undefined,
  from: number,
  to: number,
): EncodedColumns {
  return order === undefined ? sliceColumns(columns, from, to) : selectRows(columns, order.slice(from, to).sort());
}

/** Rows `from` to `to` (exclusive), without copying but for offsets. */
export function sliceColumns(columns: EncodedColumns, from: number, to: number): EncodedColumns {
  const { byRow, lists, tensors, numRows } = checkEncoded('sliceColumns', columns);
  checkInteger('sliceColumns', 'from', from, { min: 0, max: numRows });
  checkInteger('sliceColumns', 'to', to, { min: from, max: numRows });
  const part = <A extends Column>(column: A): A => column.subarray(from, to) as A;
  const slice: EncodedColumns = {
    numRows: to - from,
    ids: byRow?.ids === undefined ? mapRecord(columns.ids, part) : emptyRecord(),
    values: byRow?.values === undefined ? mapRecord(columns.values, part) : emptyRecord(),
    lists: mapRecord(lists, (list) => sliceList(list, from, to)),
    ...(tensors && { tensors: mapRecord(tensors, (column) => sliceTensor(column, numRows, from, to)) }),
    ...mapRoles(columns, part),
  };
  return byRow === undefined ? slice : withMatrices(slice, sliceMatrices(byRow, from, to));
}

/** The given rows in the given order. */
export function takeRows(columns: EncodedColumns, rows: Uint32Array): EncodedColumns {
  checkTyped('takeRows', 'rows', rows, ['Uint32Array']);
  return detached(selectRows(checkEncoded('takeRows', columns), rows));
}

/** The given rows in the given order; what nobody reads is not copied. */
function selectRows(columns: EncodedColumns, rows: Uint32Array): EncodedColumns {
  const { byRow, numRows, tensors: given } = columns;
  const ids = later(() => byRow?.ids ? columnsOf(byRow.ids, rows) : mapRecord(columns.ids, (column) => takeFrom(column, rows))); // prettier-ignore
  const values = later(() => byRow?.values ? columnsOf(byRow.values, rows) : mapRecord(columns.values, (column) => takeFrom(column, rows))); // prettier-ignore
  const lists = later(() => mapRecord(columns.lists, (list) => takeLists(list, rows)));
  const tensors = later(() => mapRecord(given ?? emptyRecord<EncodedTensor>(), (column) => takeTensors(column, numRows, rows))); // prettier-ignore
  const own = {
    numRows: rows.length,
    get ids() {
      return ids();
    },
    get values() {
      return values();
    },
    get lists() {
      return lists();
    },
    ...mapRoles(columns, (column) => takeFrom(column, rows)),
    selection: { columns, rows },
  };
  return given === undefined ? own : Object.defineProperty(own, 'tensors', { get: tensors, enumerable: true });
}

/** The same rows on their own: nothing of the table that they were cut out of is kept. */
export function detached(batch: EncodedColumns): EncodedColumns {
  const { selection, ...own } = batch;
  return selection === undefined ? batch : own;
}

/** Chunks of rows, one after the other. */
export function concatColumns(chunks: readonly EncodedColumns[]): EncodedColumns {
  const [first] = checkList('concatColumns', 'a list of encoded rows', chunks);
  for (const chunk of chunks) checkEncoded('concatColumns', chunk);
  if (chunks.length === 0) throw new ConfigError(expected('concatColumns', 'one part or more', 'none'));
  if (chunks.length === 1) return first;
  const kind = <T>(
    name: 'ids' | 'values' | 'lists' | 'tensors',
    join: (parts: readonly T[]) => T,
  ): Record<string, T> => {
    const parts = chunks.map((chunk) => chunk[name] as unknown as Readonly<Record<string, T>>);
    return mapRecord(parts[0], (_, slot) => join(parts.map((part) => part[slot])));
  };
  return {
    numRows: chunks.reduce((sum, chunk) => sum + chunk.numRows, 0),
    ids: kind<Int32Array>('ids', concatArrays),
    values: kind<Float32Array>('values', concatArrays),
    lists: kind<EncodedList>('lists', concatLists),
    ...(first.tensors && { tensors: kind<EncodedTensor>('tensors', concatArrays) }),
    ...mapRoles(first, (_, columnOf) => concatArrays(chunks.map(columnOf))),
  };
}

type Column = Int32Array | Float32Array | Float64Array;

const roles = ['weight', 'group', 'time', 'sourceRow'] as const;

/** What a row is besides its slots: targets, and the roles that are there. */
function mapRoles(
  columns: EncodedColumns,
  map: <A extends Column>(column: A, columnOf: (rows: EncodedColumns) => A) => A,
): Pick<EncodedColumns, 'targets' | (typeof roles)[number]> {
  const { targets } = columns;
  const present = roles.filter((role) => columns[role] !== undefined);
  return {
    ...(targets && {
      targets: mapRecord(targets, (column, name) => map(column, (rows) => rows.targets![name])),
    }),
    ...recordOf(present.map((role) => [role, map(columns[role]!, (rows) => rows[role]!)])),
  };
}

function sliceTensor(column: EncodedTensor, numRows: number, from: number, to: number): EncodedTensor {
  const size = column.length / Math.max(1, numRows);
  return column.subarray(from * size, to * size);
}

function takeTensors(column: EncodedTensor, numRows: number, rows: Uint32Array): EncodedTensor {
  const size = column.length / Math.max(1, numRows);
  const taken = new (column.constructor as new (length: number) => EncodedTensor)(rows.length * size);
  for (let i = 0; i < rows.length; i++) taken.set(column.subarray(rows[i] * size, (rows[i] + 1) * size), i * size);
  return taken;
}

/** One loop for each kind of array: an engine makes slow code of a loop that has met several. */
function takeFrom<A extends Column>(column: A, rows: Uint32Array): A {
  if (column instanceof Float32Array) return takeFloat32(column, rows) as A;
  return (column instanceof Int32Array ? takeInt32(column, rows) : takeFloat64(column, rows)) as A;
}

function takeFloat32(column: Float32Array, rows: Uint32Array): Float32Array {
  const taken = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}

function takeInt32(column: Int32Array, rows: Uint32Array): Int32Array {
  const taken = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}

function takeFloat64(column: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]];
  return taken;
}

function sliceList({ offsets, ids, weights }: EncodedList, from: number, to: number): EncodedList {
  const start = offsets[from];
  const part = offsets.subarray(from, to + 1);
  return {
    offsets: start === 0 ? part : part.map((offset) => offset - start),
    ids: ids.subarray(start, offsets[to]),
    ...(weights && { weights: weights.subarray(start, offsets[to]) }),
  };
}

function takeLists({ offsets, ids, weights }: EncodedList, rows: Uint32Array): EncodedList {
  const taken = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) taken[i + 1] = taken[i] + offsets[rows[i] + 1] - offsets[rows[i]];
  const takenIds = new Int32Array(taken[rows.length]);
  const takenWeights = weights && new Float32Array(takenIds.length);
  for (let i = 0; i < rows.length; i++) {
    const [from, to] = [offsets[rows[i]], offsets[rows[i] + 1]];
    takenIds.set(ids.subarray(from, to), taken[i]);
    if (weights) takenWeights?.set(weights.subarray(from, to), taken[i]);
  }
  return { offsets: taken, ids: takenIds, ...(takenWeights && { weights: takenWeights }) };
}

function concatLists(lists: readonly EncodedList[]): EncodedList {
  const numRows = lists.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const offsets = new Int32Array(numRows + 1);
  let row = 0;
  for (const list of lists) {
    const start = offsets[row];
    for (let i = 1; i < list.offsets.length; i++) offsets[row + i] = start + list.offsets[i];
    row += list.offsets.length - 1;
  }
  const weights =
    lists[0].weights && concatArrays(lists.map((list) => list.weights ?? new Float32Array(list.ids.length)));
  return { offsets, ids: concatArrays(lists.map(({ ids }) => ids)), ...(weights && { weights }) };
}

function concatArrays<A extends Column | EncodedTensor>(arrays: readonly A[]): A {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const joined: A = new (arrays[0].constructor as new (length: number) => A)(length);
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}
