import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { identifier, literal } from './database';
import type { Database } from './database';
import { ListDictionary, isList, joinedEntries } from './list-dictionary';
import { ValueCodes } from './value-codes';

/** Rows handed on at a time. */
const CHUNK_ROWS = 65_536;
/** How a column comes out of the database: as numbers, as codes of a dictionary, or as codes of a dictionary of lists. */
interface ColumnReader {
  readonly name: string;
  readonly expression: string;
  readonly codes?: ValueCodes;
  readonly lists?: ListDictionary;
}

/** What {@link TableReader.open} needs of a table. */
export interface ReadableTable {
  readonly name: string;
  /** DuckDB's type of each column. */
  readonly types: Readonly<Record<string, string>>;
}

/**
 * Reads columns of a table in chunks, in the order of its rows. Texts come as codes of one dictionary per column, made once (see {@link ValueCodes}). Columns that only numeric
 * fields read, and that hold nothing but numbers, come as numbers, and so do floating-point columns; columns of lists come as lists.
 */
export class TableReader {
  private constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly readers: readonly ColumnReader[],
  ) {}

  /** @param counted - condition of the rows whose texts are counted for {@link TableReader.counts} */
  static async open(
    database: Database,
    { name: table, types }: ReadableTable,
    columns: readonly string[],
    spec: SchemaSpec,
    counted = 'true',
  ): Promise<TableReader> {
    const candidates = columns.filter((column) => onlyNumeric(spec, column) && !isList(types[column]));
    const checked = await holdNumbers(database, table, candidates, spec);
    const numbers = new Set(candidates.filter((_, i) => checked[i]));
    const readers: ColumnReader[] = [];
    for (const name of columns) {
      if (numbers.has(name)) readers.push(numberReader(name, spec));
      else if (isFloat(types[name])) readers.push(floatReader(name, types[name]));
      else if (isList(types[name])) readers.push(await listReader(database, table, name));
      else readers.push(await textReader(database, table, name, counted));
    }
    return new TableReader(database, table, readers);
  }

  /** The columns of texts, each with its distinct values and in how many of the counted rows they are. */
  *counts(): Generator<{ name: string; dictionary: readonly (string | null)[]; counts: Float64Array }> {
    for (const { name, codes, lists } of this.readers)
      if (codes !== undefined && lists === undefined)
        yield { name, dictionary: codes.dictionary, counts: codes.counts };
  }

  /** Chunks of the rows that a condition selects, in order; of the columns that `wanted` names. */
  async *tables(condition = 'true', wanted: (column: string) => boolean = () => true): AsyncGenerator<RawTable> {
    const readers = this.readers.filter(({ name }) => wanted(name));
    if (readers.length === 0) return;
    const expressions = readers.map(({ expression }) => expression).join(', ');
    const sql = `SELECT ${expressions} FROM ${identifier(this.table)} WHERE ${condition}`;
    let pending: DuckDBDataChunk[] = [];
    let numRows = 0;
    for await (const chunk of this.database.chunks(sql)) {
      pending.push(chunk);
      numRows += chunk.rowCount;
      if (numRows < CHUNK_ROWS) continue;
      yield join(readers, pending, numRows);
      pending = [];
      numRows = 0;
    }
    if (numRows > 0) yield join(readers, pending, numRows);
  }
}

function join(readers: readonly ColumnReader[], chunks: readonly DuckDBDataChunk[], numRows: number): RawTable {
  const lengths = chunks.map((chunk) => chunk.rowCount); // asked once: every question is a call into the library
  const columns = readers.map((reader, index): [string, RawColumn] => {
    const vectors = chunks.map((chunk) => (chunk.getColumnVector(index) as unknown as Vector).items);
    return [reader.name, readColumn(reader, vectors, lengths, numRows)];
  });
  return { numRows, columns: Object.fromEntries(columns) };
}

/** The part of DuckDB's vectors of DOUBLE and UBIGINT that is read. */
interface Vector {
  readonly items: Float64Array | BigUint64Array;
}

function readColumn(
  { codes, lists }: ColumnReader,
  vectors: readonly Vector['items'][],
  lengths: readonly number[],
  numRows: number,
): RawColumn {
  let row = 0;
  if (codes === undefined) {
    const values = new Float64Array(numRows);
    vectors.forEach((items, i) => {
      values.set((items as Float64Array).subarray(0, lengths[i]), row);
      row += lengths[i];
    });
    return { kind: 'number', values };
  }
  const numbers = new Int32Array(numRows);
  vectors.forEach((items, i) => {
    codes.number(items as BigUint64Array, lengths[i], numbers, row);
    row += lengths[i];
  });
  if (lists !== undefined) return lists.column(numbers);
  return { kind: 'text', dictionary: codes.dictionary, codes: numbers };
}

function isFloat(type: string | undefined): boolean {
  return type === 'DOUBLE' || type === 'FLOAT';
}

function onlyNumeric({ fields, label, group, time, trim = true }: SchemaSpec, column: string): boolean {
  if (!trim) return false; // a cast trims
  const readBy = fields.filter((field) => field.kind !== 'crossed' && (field.column ?? field.name) === column);
  const role = [label?.column, group, time?.column].includes(column);
  return !role && readBy.length > 0 && readBy.every(({ kind }) => kind === 'numeric');
}

/** Whether every value reads as the schema's own parser would read it: DuckDB alone takes `1_000`, `inf` and `nan` for numbers too. */
async function holdNumbers(
  database: Database,
  table: string,
  columns: readonly string[],
  spec: SchemaSpec,
): Promise<boolean[]> {
  const isNumber = (column: string): string => `abs(${number(column)}) < 3.4e38 AND NOT contains(${text(column)}, '_')`;
  // Trimming and comparing with markers is slow, and few columns need it: only those are asked that hold more than numbers and empty texts.
  const plain = await allRows(database, table, columns, (column) => `coalesce(${isNumber(column)}, ${identifier(column)} IS NULL OR ${text(column)} = '')`); // prettier-ignore
  const others = columns.filter((_, i) => !plain[i]);
  const missing = await allRows(database, table, others, (column) => `coalesce(${isNumber(column)}, ${present(column, spec)} IS NULL)`); // prettier-ignore
  return columns.map((column, i) => plain[i] || missing[others.indexOf(column)]);
}

/** Whether a condition holds in every row, for each column. */
async function allRows(
  database: Database,
  table: string,
  columns: readonly string[],
  condition: (column: string) => string,
): Promise<boolean[]> {
  if (columns.length === 0) return [];
  const checks = columns.map((column, i) => `coalesce(bool_and(${condition(column)}), true) AS c${i}`);
  const [row] = await database.rows(`SELECT ${checks.join(', ')} FROM ${identifier(table)}`);
  return columns.map((_, i) => row[`c${i}`] === true);
}

/** SQL for a column's text, null where the schema says missing. */
function present(column: string, { nullValues = [] }: SchemaSpec): string {
  const trimmed = `trim(${text(column)}, ${literal(' \t\r\n')})`;
  return ['', ...nullValues].reduce((value, missing) => `nullif(${value}, ${literal(missing)})`, trimmed);
}

function text(column: string): string {
  return `CAST(${identifier(column)} AS VARCHAR)`;
}

function number(column: string): string {
  return `TRY_CAST(${identifier(column)} AS DOUBLE)`;
}

function numberReader(name: string, { nullValues = [] }: SchemaSpec): ColumnReader {
  // Markers that are no numbers fail the cast, which makes them null as well.
  const markers = nullValues.filter((value) => !Number.isNaN(Number(value)) && value.trim() !== '');
  const expression = markers.length === 0 ? number(name) : `TRY_CAST(${present(name, { fields: [], nullValues })} AS DOUBLE)`; // prettier-ignore
  return { name, expression: orNaN(expression) };
}

/** The number whose shortest decimal the column shows: 0.1 is 0.1 in single precision as well. */
function floatReader(name: string, type: string): ColumnReader {
  return { name, expression: orNaN(type === 'DOUBLE' ? identifier(name) : `CAST(${text(name)} AS DOUBLE)`) };
}

/** A vector without nulls is read as it is. */
function orNaN(expression: string): string {
  return `coalesce(${expression}, 'nan'::DOUBLE)`;
}

async function textReader(database: Database, table: string, name: string, counted: string): Promise<ColumnReader> {
  const codes = await ValueCodes.open(database, table, text(name), counted);
  return { name, expression: codes.hash, codes };
}

async function listReader(database: Database, table: string, name: string): Promise<ColumnReader> {
  const codes = await ValueCodes.open(database, table, joinedEntries(name), 'true');
  return { name, expression: codes.hash, codes, lists: new ListDictionary(codes.dictionary) };
}
