import { ShapeError, expected } from '@ctrflow/core';
import type { EncodedColumns, EncodedList, RowSelection, SlotMatrix } from '@ctrflow/features';

const FLOATS_OF_CACHE_LINE = 16;

/** Where the rows of a batch can be read: in the table that they were cut out of, or in the batch itself. */
export function selectionOf(batch: EncodedColumns): RowSelection {
  return batch.selection ?? { columns: batch, rows: firstRows(batch.numRows) };
}

/** The lists of a slot. */
export function readList({ lists }: EncodedColumns, slot: string): EncodedList {
  return required(lists[slot], slot);
}

/** Numbers of some rows: `out [B, F]`. */
export function readValues({ columns, rows }: RowSelection, slots: readonly string[], out: Float32Array): void {
  if (columns.byRow?.values === undefined)
    transposeColumns(slots.map((slot) => required(columns.values[slot], slot)), rows, out); // prettier-ignore
  else copyValues(columns.byRow.values, slots, rows, out);
}

/** Table rows of some rows of data: `out [B, F]`, each id behind the offset of its table. */
export function readIds(
  { columns, rows }: RowSelection,
  slots: readonly string[],
  offsets: readonly number[],
  out: Int32Array,
): void {
  // prettier-ignore
  if (columns.byRow?.ids !== undefined) {
    copyIds(columns.byRow.ids, slots, offsets, rows, out);
    return;
  }
  const F = slots.length;
  slots.forEach((slot, f) => {
    const ids = required(columns.ids[slot], slot);
    for (let b = 0, at = f; b < rows.length; b++, at += F) out[at] = offsets[f] + ids[rows[b]];
  });
}

/** Some columns at a time: a row of them lies in one cache line. */
function transposeColumns(columns: readonly Float32Array[], rows: Uint32Array, out: Float32Array): void {
  const F = columns.length;
  for (let from = 0; from < F; from += FLOATS_OF_CACHE_LINE) {
    const some = columns.slice(from, from + FLOATS_OF_CACHE_LINE);
    for (let b = 0, at = from; b < rows.length; b++, at += F) {
      const row = rows[b];
      for (let f = 0; f < some.length; f++) out[at + f] = some[f][row];
    }
  }
}

function copyValues(
  { slots: all, data }: SlotMatrix<Float32Array>,
  slots: readonly string[],
  rows: Uint32Array,
  out: Float32Array,
): void {
  const places = placesOf(all, slots);
  const [C, F] = [all.length, slots.length];
  const areTogether = places.every((place, f) => place === places[0] + f);
  for (let b = 0, at = 0; b < rows.length; b++, at += F) {
    const start = rows[b] * C;
    if (areTogether) out.set(data.subarray(start + places[0], start + places[0] + F), at);
    else for (let f = 0; f < F; f++) out[at + f] = data[start + places[f]];
  }
}

function copyIds(
  { slots: all, data }: SlotMatrix<Int32Array>,
  slots: readonly string[],
  offsets: readonly number[],
  rows: Uint32Array,
  out: Int32Array,
): void {
  // prettier-ignore
  const places = placesOf(all, slots);
  const [C, F] = [all.length, slots.length];
  for (let b = 0, at = 0; b < rows.length; b++, at += F) {
    const start = rows[b] * C;
    for (let f = 0; f < F; f++) out[at + f] = offsets[f] + data[start + places[f]];
  }
}

/** Columns of slots in a matrix. */
function placesOf(all: readonly string[], slots: readonly string[]): Int32Array {
  const columnOf = new Map(all.map((slot, column) => [slot, column]));
  return Int32Array.from(slots, (slot) => required(columnOf.get(slot), slot));
}

let counted = new Uint32Array(0);

/** 0, 1, ...; the array is shared. */
export function firstRows(numRows: number): Uint32Array {
  if (counted.length < numRows) counted = Uint32Array.from({ length: numRows }, (_, row) => row);
  return counted.subarray(0, numRows);
}

/** @throws ShapeError naming the slot */
export function required<T>(column: T | undefined, slot: string): T {
  if (column !== undefined) return column;
  throw new ShapeError(
    expected('batch', `a column for slot "${slot}"`, 'none', 'encode the rows with the schema of the model'),
  );
}
