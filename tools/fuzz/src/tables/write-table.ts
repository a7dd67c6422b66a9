import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Source } from '@ctrflow/data/node';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Cell } from './cells';
import type { TableFormat } from './table-case';

/** Named columns of equal length. */
export type Columns = readonly (readonly [name: string, cells: readonly Cell[]])[];

/** The formats that are files. */
export type TableFile = Exclude<TableFormat, 'rows'>;

/** Puts a table where ctrflow finds it: a file of the format, or rows in memory. */
export async function tableSource(columns: Columns, format: TableFormat, folder: string): Promise<Source> {
  return format === 'rows' ? { rows: rowsOf(columns) } : writeTable(columns, format, folder);
}

/** Writes a table as a file; returns its path. */
export async function writeTable(columns: Columns, format: TableFile, folder: string): Promise<string> {
  const path = join(folder, `table.${format}`);
  switch (format) {
    case 'csv':
      return written(path, delimited(columns, ','));
    case 'tsv':
      return written(path, delimited(columns, '\t'));
    case 'csv.gz':
      return written(path, gzipSync(delimited(columns, ',')));
    case 'jsonl':
      return written(path, jsonLines(columns));
    case 'parquet':
      return parquet(columns, path, folder);
  }
}

async function written(path: string, content: string | Uint8Array): Promise<string> {
  await writeFile(path, content);
  return path;
}

/** RFC 4180: what holds a delimiter, a quote or a line break is quoted. */
function delimited(columns: Columns, delimiter: string): string {
  const quoted = (cell: Cell): string => {
    const text = cell === null ? '' : String(cell);
    return /["\n\r]/.test(text) || text.includes(delimiter) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text; // prettier-ignore
  };
  const lines = rowIndices(columns).map((row) => columns.map(([, cells]) => quoted(cells[row])).join(delimiter));
  return [columns.map(([name]) => quoted(name)).join(delimiter), ...lines, ''].join('\n');
}

/** Written by hand, so that `__proto__` is a name like others. */
function jsonLines(columns: Columns): string {
  const object = (row: number): string => columns.map(([name, cells]) => `${JSON.stringify(name)}:${JSON.stringify(cells[row])}`).join(','); // prettier-ignore
  return rowIndices(columns).map((row) => `{${object(row)}}\n`).join(''); // prettier-ignore
}

/** Columns of numbers as DOUBLE, of truth values as BOOLEAN, all others as VARCHAR. */
async function parquet(columns: Columns, path: string, folder: string): Promise<string> {
  const typed = columns.map(([name, cells]) => {
    const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
    const type = kinds.size !== 1 || kinds.has('string') ? 'VARCHAR' : kinds.has('number') ? 'DOUBLE' : 'BOOLEAN';
    const values = type === 'VARCHAR' ? cells.map((cell) => (cell === null ? null : String(cell))) : cells;
    return { name, type, values };
  });
  // Columns by their place: names of any kind are given last, as identifiers.
  const plain = join(folder, 'plain.jsonl');
  await writeFile(plain, jsonLines(typed.map(({ values }, i) => [`c${i}`, values])));
  const types = typed.map(({ type }, i) => `c${i}: '${type}'`).join(', ');
  const names = typed.map(({ name }, i) => `c${i} AS "${name.replaceAll('"', '""')}"`).join(', ');
  const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const from = `read_json(${literal(plain)}, format = 'newline_delimited', columns = {${types}})`;
    await connection.run(`COPY (SELECT ${names} FROM ${from}) TO ${literal(path)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return path;
}

function rowsOf(columns: Columns): Record<string, Cell>[] {
  return rowIndices(columns).map((row) => {
    const object = Object.create(null) as Record<string, Cell>;
    for (const [name, cells] of columns) object[name] = cells[row];
    return object;
  });
}

function rowIndices(columns: Columns): number[] {
  return columns[0][1].map((_, row) => row);
}
