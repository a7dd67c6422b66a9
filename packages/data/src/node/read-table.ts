import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { identifier, literal } from './database';
import type { Database } from './database';

/** Rows handed on at a time. */
const CHUNK_ROWS = 65_536;
/** What the schema's own parser takes for a number. */
const NUMBER = String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`;

/** How a column comes out of the database: as numbers, or as codes of a dictionary. */
interface ColumnReader {
  readonly name: string;
  readonly expression: string;
  readonly dictionary?: readonly (string | null)[];
}

/**
 * Reads columns of a table in chunks, in the order of its rows. Texts come as codes of one dictionary per column, made once: DuckDB turns the column into an ENUM, whose vectors
 * are arrays of codes. Columns that only numeric fields read, and that hold nothing but numbers, come as numbers.
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
    const readers: ColumnReader[] = [];
    for (const [i, name] of columns.entries()) {
      const numbers = onlyNumeric(spec, name) && (await holdsNumbers(database, table, name, spec));
      readers.push(numbers ? numberReader(name, spec) : await textReader(database, table, name, `${table}_${i}`));
    }
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

/** The part of DuckDB's vectors that they share, whatever their type: values as a typed array, and which of them are there. */
interface ArrayVector {
  readonly items: ArrayLike<number>;
  readonly validity: { itemValid(index: number): boolean };
}

function readColumn(
  { dictionary }: ColumnReader,
  index: number,
  chunks: readonly DuckDBDataChunk[],
  numRows: number,
): RawColumn {
  const out = dictionary === undefined ? new Float64Array(numRows) : new Int32Array(numRows);
  const missing = dictionary === undefined ? NaN : dictionary.length - 1;
  let row = 0;
  for (const chunk of chunks) {
    const { items, validity } = chunk.getColumnVector(index) as unknown as ArrayVector;
    for (let i = 0; i < chunk.rowCount; i++) out[row++] = validity.itemValid(i) ? items[i] : missing;
  }
  return out instanceof Float64Array
    ? { kind: 'number', values: out }
    : { kind: 'text', dictionary: dictionary ?? [], codes: out };
}

function onlyNumeric({ fields, label, group, time }: SchemaSpec, column: string): boolean {
  const readBy = fields.filter((field) => field.kind !== 'crossed' && (field.column ?? field.name) === column);
  const role = [label?.column, group, time?.column].includes(column);
  return !role && readBy.length > 0 && readBy.every(({ kind }) => kind === 'numeric');
}

async function holdsNumbers(database: Database, table: string, column: string, spec: SchemaSpec): Promise<boolean> {
  const value = present(column, spec);
  const bad = `${value} IS NOT NULL AND NOT (regexp_full_match(${value}, ${literal(NUMBER)}) AND abs(TRY_CAST(${value} AS DOUBLE)) < 3.4e38)`;
  const rows = await database.rows(`SELECT 1 AS bad FROM ${identifier(table)} WHERE ${bad} LIMIT 1`);
  return rows.length === 0;
}

/** SQL for a column's text, null where the schema says missing. */
function present(column: string, { nullValues = [], trim = true }: SchemaSpec): string {
  const text = `CAST(${identifier(column)} AS VARCHAR)`;
  const trimmed = trim ? `trim(${text}, ${literal(' \t\r\n')})` : text;
  return ['', ...nullValues].reduce((value, missing) => `nullif(${value}, ${literal(missing)})`, trimmed);
}

function numberReader(name: string, spec: SchemaSpec): ColumnReader {
  return { name, expression: `TRY_CAST(${present(name, spec)} AS DOUBLE)` };
}

async function textReader(database: Database, table: string, name: string, type: string): Promise<ColumnReader> {
  const text = `CAST(${identifier(name)} AS VARCHAR)`;
  const distinct = `SELECT DISTINCT ${text} FROM ${identifier(table)} WHERE ${identifier(name)} IS NOT NULL`;
  const [{ size }] = await database.rows(`SELECT count(*) AS size FROM (${distinct})`);
  if (Number(size) === 0) return { name, expression: 'CAST(NULL AS DOUBLE)', dictionary: [null] };
  await database.connection.run(`CREATE TYPE ${identifier(type)} AS ENUM (${distinct})`);
  const dictionary: (string | null)[] = [];
  const values = `SELECT unnest(enum_range(NULL::${identifier(type)}))::VARCHAR`;
  for await (const chunk of database.chunks(values)) dictionary.push(...(chunk.getColumnValues(0) as string[]));
  dictionary.push(null);
  return { name, expression: `CAST(${text} AS ${identifier(type)})`, dictionary };
}
