import { emptyRecord } from '@ctrflow/core';
import { setImmediate } from 'node:timers/promises';
import { DuckDBVector } from '@duckdb/node-api';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { columnIdentifier } from './column-names';
import { identifier } from './database';
import type { Database } from './database';
import { eachOf } from './each-of';
import { ListDictionary, isList, joinedEntries } from './list-dictionary';
import { asText, castNumber, holdNumbers, isFloat, numberColumns } from './number-columns';
import { ValueCodes } from './value-codes';

/** Rows handed on at a time. */
const CHUNK_ROWS = 65_536;
/** Columns whose texts are fetched at a time: one is numbered here while the database groups the next. */
const COLUMNS_AT_ONCE = 2;

/** A column that comes out of the database as numbers. */
interface NumberReader {
  readonly name: string;
  /** SQL of a DOUBLE. */
  readonly expression: string;
}

/** A column that comes as hashes, read as codes of a dictionary, of lists where there are some. */
interface CodeReader {
  readonly name: string;
  readonly codes: ValueCodes;
  readonly lists?: ListDictionary;
}

/** What {@link TableReader.open} needs of a table. */
export interface ReadableTable {
  readonly name: string;
  /** DuckDB's type of each column. */
  readonly types: Readonly<Record<string, string>>;
  /** Columns that were made numbers already, null where missing. */
  readonly numbers?: readonly string[];
}

/** What {@link TableReader.open} does beside reading columns. */
export interface ReadOptions {
  /** Condition of the rows whose texts are counted for {@link TableReader.counts}. Default: all. */
  readonly counted?: string;
  /** SQL for the number of a row in its source, where chunks are to have it. */
  readonly sourceRow?: string;
}

/** Rows of a table, with their numbers in the source where they were asked for. */
export interface TableChunk extends RawTable {
  readonly sourceRow?: Float64Array;
}

/**
 * Reads columns of a table in chunks, in the order of its rows. Texts come as codes of one dictionary per column, made once (see {@link ValueCodes}). Columns that only numeric
 * fields read, and that hold nothing but numbers, come as numbers, and so do floating-point columns; columns of lists come as lists.
 */
export class TableReader {
  private codes: Promise<readonly CodeReader[]> | undefined;

  private constructor(
    private readonly database: Database,
    private readonly table: ReadableTable,
    private readonly options: ReadOptions,
    private readonly numbers: readonly NumberReader[],
    private readonly coded: readonly string[],
  ) {}

  static async open(
    database: Database,
    table: ReadableTable,
    columns: readonly string[],
    spec: SchemaSpec,
    options: ReadOptions = {},
  ): Promise<TableReader> {
    const { name, types, numbers = [] } = table;
    const uncertain = numberColumns(spec, columns).filter((column) => !numbers.includes(column) && !isList(types[column])); // prettier-ignore
    const holdsNumbers = await holdNumbers(database, name, uncertain, spec);
    const cast = uncertain.filter((_, i) => holdsNumbers[i]);
    const others = columns.filter((column) => !cast.includes(column));
    const readers = [
      ...cast.map((column) => ({ name: column, expression: orNaN(castNumber(column, spec)) })),
      ...others.filter((column) => isFloat(types[column])).map((column) => floatReader(column, types[column])),
    ];
    return new TableReader(database, table, options, readers, others.filter((column) => !isFloat(types[column]))); // prettier-ignore
  }

  /** The columns of texts. */
  get texts(): string[] {
    return this.coded.filter((name) => !isList(this.table.types[name]));
  }

  /** The columns of texts, each with its distinct values and in how many of the counted rows they are. */
  async counts(): Promise<{ name: string; dictionary: readonly (string | null)[]; counts: Float64Array }[]> {
    const readers = await this.codeReaders();
    return readers
      .filter(({ lists }) => lists === undefined)
      .map(({ name, codes: { dictionary, counts } }) => ({ name, dictionary, counts }));
  }

  /** Made when they are needed first. */
  private codeReaders(): Promise<readonly CodeReader[]> {
    const { database, table } = this;
    const { counted = 'true' } = this.options;
    return (this.codes ??= eachOf(
      this.coded,
      COLUMNS_AT_ONCE,
      (column) =>
      isList(table.types[column]) ? listReader(database, table.name, column) : textReader(database, table.name, column, counted), // prettier-ignore
    ));
  }

  /** Chunks of the rows that a condition selects, in order; of the columns that `wanted` names. What is in a chunk is there until the next one is asked for. */
  async *tables(condition = 'true', wanted: (column: string) => boolean = () => true): AsyncGenerator<TableChunk> {
    const numbers = this.numbers.filter(({ name }) => wanted(name));
    const codes = this.coded.some(wanted) ? (await this.codeReaders()).filter(({ name }) => wanted(name)) : [];
    const selected = [...numbers.map(({ expression }) => expression), ...codes.map((reader) => reader.codes.hash)];
    if (selected.length === 0) return;
    const { sourceRow } = this.options;
    if (sourceRow !== undefined) selected.push(`CAST(${sourceRow} AS DOUBLE)`);
    const rows = new RowBuffer(numbers, codes, sourceRow !== undefined);
    for await (const chunk of this.database.chunks(`SELECT ${selected.join(', ')} FROM ${identifier(this.table.name)} WHERE ${condition}`)) {
      rows.take(chunk);
      if (rows.isFull) yield await rows.table();
    } // prettier-ignore
    if (!rows.isEmpty) yield await rows.table();
  }
}

/** Gathers chunks of the database, 2,048 rows each, and turns them into columns in arrays that are used again and again. */
class RowBuffer {
  private numRows = 0;
  private readonly chunks: DuckDBDataChunk[] = [];
  private readonly values: readonly Float64Array[];
  private readonly numbers: readonly Int32Array[];

  constructor(
    private readonly numberReaders: readonly NumberReader[],
    private readonly codeReaders: readonly CodeReader[],
    private readonly withSourceRow: boolean,
  ) {
    const capacity = CHUNK_ROWS + DuckDBVector.standardSize();
    this.values = numberReaders.map(() => new Float64Array(capacity));
    this.numbers = codeReaders.map(() => new Int32Array(capacity));
  }

  get isEmpty(): boolean {
    return this.numRows === 0;
  }

  get isFull(): boolean {
    return this.numRows >= CHUNK_ROWS;
  }

  take(chunk: DuckDBDataChunk): void {
    this.chunks.push(chunk);
    this.numRows += chunk.rowCount;
  }

  /**
   * The rows gathered since the last time. Column by column: what numbers the texts of one stays in the processor's cache. Between columns other work has its turn, such as
   * fetching what comes next.
   */
  async table(): Promise<TableChunk> {
    const { numRows, chunks } = this;
    const lengths = chunks.map((chunk) => chunk.rowCount); // asked once: every question is a call into the library
    const columns = emptyRecord<RawColumn>();
    for (const [i, { name }] of this.numberReaders.entries()) {
      const out = this.values[i];
      copyOut(i, (items, length, at) => {
        out.set((items as Float64Array).subarray(0, length), at);
      });
      columns[name] = { kind: 'number', values: out.subarray(0, numRows) };
      await setImmediate();
    }
    for (const [i, { name, codes, lists }] of this.codeReaders.entries()) {
      const out = this.numbers[i];
      copyOut(this.values.length + i, (items, length, at) => {
        codes.number(items as BigUint64Array, length, out, at);
      });
      const numbers = out.subarray(0, numRows);
      columns[name] = lists?.column(numbers) ?? { kind: 'text', dictionary: codes.dictionary, codes: numbers };
      await setImmediate();
    }
    const sourceRow = this.withSourceRow ? new Float64Array(numRows) : undefined;
    if (sourceRow !== undefined)
      copyOut(this.values.length + this.numbers.length, (items, length, at) => {
        sourceRow.set((items as Float64Array).subarray(0, length), at);
      });
    this.chunks.length = 0;
    this.numRows = 0;
    return { numRows, columns, ...(sourceRow && { sourceRow }) };

    function copyOut(column: number, copy: (items: Vector['items'], length: number, at: number) => void): void {
      let at = 0;
      chunks.forEach((chunk, k) => {
        copy((chunk.getColumnVector(column) as unknown as Vector).items, lengths[k], at);
        at += lengths[k];
      });
    }
  }
}

/** The part of DuckDB's vectors of DOUBLE and UBIGINT that is read. */
interface Vector {
  readonly items: Float64Array | BigUint64Array;
}

/** The number whose shortest decimal the column shows: 0.1 is 0.1 in single precision as well. */
function floatReader(name: string, type: string): NumberReader {
  return { name, expression: orNaN(type === 'DOUBLE' ? columnIdentifier(name) : `CAST(${asText(name)} AS DOUBLE)`) };
}

/** A vector without nulls is read as it is. */
function orNaN(expression: string): string {
  return `coalesce(${expression}, 'nan'::DOUBLE)`;
}

async function textReader(database: Database, table: string, name: string, counted: string): Promise<CodeReader> {
  const codes = await ValueCodes.open(database, table, asText(name), counted);
  return { name, codes };
}

async function listReader(database: Database, table: string, name: string): Promise<CodeReader> {
  const codes = await ValueCodes.open(database, table, joinedEntries(name), 'true');
  return { name, codes, lists: new ListDictionary(codes.dictionary) };
}
