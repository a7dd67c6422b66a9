import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { identifier, literal } from './database';
import type { Database } from './database';
import { ValueCodes } from './value-codes';
import type { HashVector } from './value-codes';

/** Rows handed on at a time. */
const CHUNK_ROWS = 65_536;
/** How a column comes out of the database: as numbers, or as codes of a dictionary. */
interface ColumnReader {
  readonly name: string;
  readonly expression: string;
  readonly codes?: ValueCodes;
}

/**
 * Reads columns of a table in chunks, in the order of its rows. Texts come as codes of one dictionary per column, made once (see {@link ValueCodes}). Columns that only numeric fields read, and that hold nothing but numbers, come as numbers.
 */
export class TableReader {
  private constructor(
    private readonly database: Database,
    private readonly table: string,
    private readonly readers: readonly ColumnReader[],
  ) {}

  static async open(
    database: Database,
    table: string,
    columns: readonly string[],
    spec: SchemaSpec,
  ): Promise<TableReader> {
    const candidates = columns.filter((column) => onlyNumeric(spec, column));
    const checked = await holdNumbers(database, table, candidates, spec);
    const numbers = new Set(candidates.filter((_, i) => checked[i]));
    const readers: ColumnReader[] = [];
    for (const name of columns)
      readers.push(numbers.has(name) ? numberReader(name, spec) : await textReader(database, table, name));
    return new TableReader(database, table, readers);
  }

  /** Chunks of the rows that a condition selects, in order. */
  async *tables(condition = 'true'): AsyncGenerator<RawTable> {
    const expressions = this.readers.map(({ expression }) => expression).join(', ');
    const sql = `SELECT ${expressions} FROM ${identifier(this.table)} WHERE ${condition}`;
    let pending: DuckDBDataChunk[] = [];
    let numRows = 0;
    for await (const chunk of this.database.chunks(sql)) {
      pending.push(chunk);
      numRows += chunk.rowCount;
      if (numRows < CHUNK_ROWS) continue;
      yield this.join(pending, numRows);
      pending = [];
      numRows = 0;
    }
    if (numRows > 0) yield this.join(pending, numRows);
  }

  private join(chunks: readonly DuckDBDataChunk[], numRows: number): RawTable {
    const columns = this.readers.map((reader, index) => [reader.name, readColumn(reader, index, chunks, numRows)]);
    return { numRows, columns: Object.fromEntries(columns) as Record<string, RawColumn> };
  }
}

/** The part of DuckDB's vector of DOUBLE that is read. */
interface NumberVector {
  readonly items: Float64Array;
  readonly validity: { itemValid(index: number): boolean };
}

function readColumn(
  { codes }: ColumnReader,
  index: number,
  chunks: readonly DuckDBDataChunk[],
  numRows: number,
): RawColumn {
  return codes === undefined
    ? { kind: 'number', values: readNumbers(index, chunks, numRows) }
    : { kind: 'text', dictionary: codes.dictionary, codes: readCodes(codes, index, chunks, numRows) };
}

function readCodes(codes: ValueCodes, index: number, chunks: readonly DuckDBDataChunk[], numRows: number): Int32Array {
  const out = new Int32Array(numRows);
  let row = 0;
  for (const chunk of chunks) {
    codes.number((chunk.getColumnVector(index) as unknown as HashVector).items, chunk.rowCount, out, row);
    row += chunk.rowCount;
  }
  return out;
}

function readNumbers(index: number, chunks: readonly DuckDBDataChunk[], numRows: number): Float64Array {
  const out = new Float64Array(numRows);
  let row = 0;
  for (const chunk of chunks) {
    const { items, validity } = chunk.getColumnVector(index) as unknown as NumberVector;
    for (let i = 0; i < chunk.rowCount; i++) out[row++] = validity.itemValid(i) ? items[i] : NaN;
  }
  return out;
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
  if (columns.length === 0) return [];
  // What a cast refuses is trimmed and looked at again, and nothing else: trimming is slow.
  const checks = columns.map(
    (column, i) =>
      `coalesce(bool_and(coalesce(abs(${number(column)}) < 3.4e38 AND NOT contains(${text(column)}, '_'), ${present(column, spec)} IS NULL)), true) AS c${i}`,
  );
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
  return { name, expression };
}

async function textReader(database: Database, table: string, name: string): Promise<ColumnReader> {
  const codes = await ValueCodes.open(database, table, name);
  return { name, expression: codes.hash, codes };
}
