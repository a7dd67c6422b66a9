import type { WindowPlace } from './spec';

/**
 * Text values of some rows, dictionary-coded: row i holds `dictionary[codes[i]]`. An encoder works once on each distinct
 * value; a dictionary object that comes again, chunk after chunk, is not encoded again. A dictionary may grow at its
 * end between chunks, and null is a missing value.
 */
export interface TextColumn {
  readonly kind: 'text';
  readonly dictionary: readonly (string | null)[];
  readonly codes: Int32Array;
}

/** Numbers of some rows; NaN is a missing value. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly values: Float64Array;
}

/** Lists of text values: row i holds entries `offsets[i]` to `offsets[i + 1]` (exclusive), dictionary-coded. */
export interface ListColumn {
  readonly kind: 'list';
  readonly offsets: Int32Array;
  readonly dictionary: readonly (string | null)[];
  readonly codes: Int32Array;
  /** One weight per entry. */
  readonly weights?: Float32Array;
}

/** Lists of numbers: row i holds numbers `offsets[i]` to `offsets[i + 1]` (exclusive), none where the whole is missing; NaN is a missing number. */
export interface TensorColumn {
  readonly kind: 'tensor';
  readonly offsets: Int32Array;
  readonly values: Float64Array | Float32Array | Int32Array | Uint8Array;
}

/** A column of raw values, as fitting and encoding take it. */
export type RawColumn = TextColumn | NumberColumn | ListColumn | TensorColumn;

/** Some rows of raw columns by name. */
export interface RawTable {
  readonly numRows: number;
  readonly columns: Readonly<Record<string, RawColumn>>;
}

/** Lists of ids: row i holds entries `offsets[i]` to `offsets[i + 1]` (exclusive). */
export interface EncodedList {
  /** Length B + 1, starting with 0. */
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly weights?: Float32Array;
}

/** Numbers of a `tensor` slot, row after row: `[B, ...shape]`. */
export type EncodedTensor = Float32Array | Int32Array | Uint8Array;

/** Encoded rows, a struct of typed arrays by slot name (see {@link Slot}). */
export interface EncodedColumns {
  /** B. */
  readonly numRows: number;
  /** `id` slots: `[B]` table rows. */
  readonly ids: Readonly<Record<string, Int32Array>>;
  /** `value` slots: `[B]`. */
  readonly values: Readonly<Record<string, Float32Array>>;
  /** `list` slots. */
  readonly lists: Readonly<Record<string, EncodedList>>;
  /** `tensor` slots; absent where there are none. */
  readonly tensors?: Readonly<Record<string, EncodedTensor>>;
  /** By target `[B]`: 0 or 1, a number, or the index of a class; NaN where the row lacks it. Absent when the rows are only to be scored. */
  readonly targets?: Readonly<Record<string, Float32Array>>;
  /** `[B]` sample weights. */
  readonly weight?: Float32Array;
  /** `[B]` group keys: the low 53 bits of Fingerprint64 of the group's text. */
  readonly group?: Float64Array;
  /** `[B]` milliseconds since 1970. */
  readonly time?: Float64Array;
  /** `[B]` numbers of the rows in their source, from 0; only where a reader was asked for them. */
  readonly sourceRow?: Float64Array;
  /** Where these rows come from, if they were cut out of a larger table: its columns can be read in place, those above are copied when asked for. */
  readonly selection?: RowSelection;
  /** The ids and values once more, row by row, if the source keeps them so: a row then takes few cache lines wherever it stands. */
  readonly byRow?: ColumnsByRow;
}

/** Slots of one kind as a matrix. */
export interface SlotMatrix<A extends Int32Array | Float32Array> {
  /** Names of the C columns. */
  readonly slots: readonly string[];
  /** `[B, C]`, row after row. */
  readonly data: A;
}

/** All `id` slots and all `value` slots as matrices; a kind of few slots has none. */
export interface ColumnsByRow {
  readonly ids?: SlotMatrix<Int32Array>;
  readonly values?: SlotMatrix<Float32Array>;
}

/** Rows of a table. */
export interface RowSelection {
  readonly columns: EncodedColumns;
  /** `[B]` */
  readonly rows: Uint32Array;
}

/** One row of an embedding table per row of data. */
export interface IdSlot {
  readonly kind: 'id';
  readonly name: string;
  /** Table that the ids index; slots of one table name share it. */
  readonly table: string;
  /** V: rows of that table. */
  readonly numRows: number;
  /** Embedding size that the field asks for, if any. */
  readonly embeddingDim?: number;
}

/** One number per row of data: a numeric field (`age`) or its missing indicator (`age:missing`). */
export interface ValueSlot {
  readonly kind: 'value';
  readonly name: string;
  readonly embeddingDim?: number;
  /** Place in a window of measurements over time, if any. */
  readonly window?: WindowPlace;
}

/** A list of table rows per row of data: a sequence or a multi-hot set. */
export interface ListSlot {
  readonly kind: 'list';
  readonly name: string;
  readonly table: string;
  readonly numRows: number;
  readonly embeddingDim?: number;
  /** T. */
  readonly maxLength: number;
  readonly weighted: boolean;
  /** Name of the history that side columns have in common; absent for a multi-hot set. */
  readonly history?: string;
  /** Places of each session, where the history is cut into sessions: `maxLength` is a multiple of it. */
  readonly sessionLength?: number;
}

/** Numbers of one shape per row of data: a window of measurements, a picture, a vector. */
export interface TensorSlot {
  readonly kind: 'tensor';
  readonly name: string;
  /** Without the batch, such as `[T, C]` or `[H, W, 3]`. */
  readonly shape: readonly number[];
  /** How the numbers are kept; models get `scale x` as float32. */
  readonly dtype: TensorDtype;
  /** Default 1. */
  readonly scale?: number;
}

/** Element types of tensors. */
export type TensorDtype = 'float32' | 'uint8' | 'int32';

/** What a model sees of a field. */
export type Slot = IdSlot | ValueSlot | ListSlot | TensorSlot;
