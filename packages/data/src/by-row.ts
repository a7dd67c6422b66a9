import { recordOf } from '@ctrflow/core';
import type { ColumnsByRow, EncodedColumns, SlotMatrix } from '@ctrflow/features';

/** Ids or values. */
type Slots = Int32Array | Float32Array;

/** Fewer columns than this stay columns: a row of them fills less than half a cache line. */
const FEWEST_SLOTS = 8;

/** Columns that are moved at a time: a row of them fills a cache line. */
const COLUMNS_AT_A_TIME = 16;

/**
 * The same rows with their ids and values kept row by row. A row of a shuffled batch then takes a few cache lines, and not one of every column. Whoever asks for the columns gets
 * copies.
 */
export function keptByRow(columns: EncodedColumns): EncodedColumns {
  if (columns.byRow !== undefined || columns.numRows === 0) return columns;
  const ids = matrixOf(columns.ids, columns.numRows);
  const values = matrixOf(columns.values, columns.numRows);
  if (ids === undefined && values === undefined) return columns;
  return withMatrices(columns, { ...(ids && { ids }), ...(values && { values }) });
}

/** Columns with the ids and values of matrices instead of their own; those of `columns` stay where there is no matrix. */
export function withMatrices(columns: EncodedColumns, byRow: ColumnsByRow): EncodedColumns {
  const { numRows, lists, tensors, targets, weight, group, time, sourceRow } = columns;
  const { ids: idRows, values: valueRows } = byRow;
  const ids = idRows === undefined ? () => columns.ids : later(() => columnsOf(idRows));
  const values = valueRows === undefined ? () => columns.values : later(() => columnsOf(valueRows));
  return {
    numRows,
    get ids() {
      return ids();
    },
    get values() {
      return values();
    },
    lists,
    ...(tensors && { tensors }),
    ...(targets && { targets }),
    ...(weight && { weight }),
    ...(group && { group }),
    ...(time && { time }),
    ...(sourceRow && { sourceRow }),
    byRow,
  };
}

/** Made when it is first asked for. */
export function later<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Rows `from` to `to` (exclusive) of every matrix, without copying. */
export function sliceMatrices({ ids, values }: ColumnsByRow, from: number, to: number): ColumnsByRow {
  const slice = <A extends Slots>({ slots, data }: SlotMatrix<A>): SlotMatrix<A> => ({
    slots,
    data: data.subarray(from * slots.length, to * slots.length) as A,
  });
  return { ...(ids && { ids: slice(ids) }), ...(values && { values: slice(values) }) };
}

/** The columns of a matrix, of the given rows or of all. */
export function columnsOf<A extends Slots>({ slots, data }: SlotMatrix<A>, rows?: Uint32Array): Record<string, A> {
  const C = slots.length;
  const numRows = rows?.length ?? data.length / C;
  const made = slots.map(() => new (data.constructor as new (length: number) => A)(numRows));
  const [matrix, columns] = [bits(data), made.map(bits)];
  for (let from = 0; from < C; from += COLUMNS_AT_A_TIME) {
    const to = Math.min(C, from + COLUMNS_AT_A_TIME);
    for (let i = 0; i < numRows; i++) {
      const start = (rows === undefined ? i : rows[i]) * C;
      for (let c = from; c < to; c++) columns[c][i] = matrix[start + c];
    }
  }
  return recordOf(slots.map((slot, c) => [slot, made[c]]));
}

function matrixOf<A extends Slots>(columns: Readonly<Record<string, A>>, numRows: number): SlotMatrix<A> | undefined {
  const slots = Object.keys(columns);
  const C = slots.length;
  if (C < FEWEST_SLOTS) return undefined;
  const data = new (columns[slots[0]].constructor as new (length: number) => A)(numRows * C);
  const [matrix, given] = [bits(data), slots.map((slot) => bits(columns[slot]))];
  for (let from = 0; from < C; from += COLUMNS_AT_A_TIME) {
    const to = Math.min(C, from + COLUMNS_AT_A_TIME);
    for (let row = 0; row < numRows; row++) {
      for (let c = from; c < to; c++) matrix[row * C + c] = given[c][row];
    }
  }
  return { slots, data };
}

/** One loop moves ids and values: an engine makes slow code of a loop that has met several kinds of arrays. */
function bits({ buffer, byteOffset, length }: Slots): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}
