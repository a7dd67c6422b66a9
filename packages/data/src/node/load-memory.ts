import { LIST, VARCHAR, DOUBLE, DuckDBDataChunk, listValue } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { ConfigError, DataError, checkInteger, checkKnownOptions, expected } from '@ctrflow/core';
import { rowsAsTable } from '@ctrflow/features';
import type { RawColumn, RawTable, TensorColumn } from '@ctrflow/features';
import { tableFromArrow } from '../arrow-table';
import { columnIdentifier } from './column-names';
import { identifier } from './database';
import type { Database } from './database';
import { describeTable } from './loaded-table';
import type { LoadedTable } from './loaded-table';
import type { MemorySource } from './source';

const CHUNK_ROWS = 2048;

/** Loads rows that are in memory. */
export async function loadMemory(
  database: Database,
  name: string,
  source: MemorySource,
  limit?: number,
): Promise<LoadedTable> {
  checkKnownOptions('source', source, ['rows', 'table', 'arrow']);
  const table = tableOf(source);
  const numRows = Math.min(limit === undefined ? Infinity : checkInteger('source', 'limit', limit, { min: 1 }), table.numRows); // prettier-ignore
  const columns = Object.entries(table.columns);
  if (numRows === 0 || columns.length === 0) throw new DataError(expected('source', 'rows', 'none'));
  const types = columns.map(([, column]) => typeOf(column));
  const declared = columns.map(([column], i) => `${columnIdentifier(column)} ${String(types[i])}`).join(', ');
  await database.run(`CREATE TABLE ${identifier(name)} (${declared})`);
  const appender = await database.connection.createAppender(name);
  for (let from = 0; from < numRows; from += CHUNK_ROWS) {
    const length = Math.min(CHUNK_ROWS, numRows - from);
    const chunk = DuckDBDataChunk.create(types, length);
    chunk.setColumns(columns.map(([, column]) => Array.from({ length }, (_, i) => cellOf(column, from + i))));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  return describeTable(database, name, ['rows in memory']);
}

function tableOf(source: MemorySource): RawTable {
  if ('table' in source) return source.table;
  if ('arrow' in source) return tableFromArrow(source.arrow);
  const { rows } = source;
  if (rows?.every((row) => typeof row === 'object' && row !== null))
    return rowsAsTable(rows, [...new Set(rows.flatMap((row) => Object.keys(row)))]);
  const what = 'a file, files, { sql }, { from, joins }, { rows }, { table } or { arrow }';
  throw new ConfigError(expected('source', what, source));
}

function typeOf(column: RawColumn): DuckDBType {
  if (column.kind === 'tensor') return LIST(DOUBLE);
  if (column.kind !== 'list') return column.kind === 'number' ? DOUBLE : VARCHAR;
  if (column.weights === undefined) return LIST(VARCHAR);
  throw new ConfigError(
    'source: expected lists of texts, got a column of lists with weights; write them as value:weight',
  );
}

/** NaN is a missing number, no number at all a missing tensor. */
function numbersOf({ offsets, values }: TensorColumn, row: number): DuckDBValue {
  const numbers = Array.from(values.subarray(offsets[row], offsets[row + 1]));
  return numbers.length === 0 ? null : listValue(numbers.map((value) => (Number.isNaN(value) ? null : value)));
}

function cellOf(column: RawColumn, row: number): DuckDBValue {
  if (column.kind === 'number') return column.values[row];
  if (column.kind === 'text') return column.dictionary[column.codes[row]];
  if (column.kind === 'tensor') return numbersOf(column, row);
  const entries = column.codes.subarray(column.offsets[row], column.offsets[row + 1]);
  return listValue(Array.from(entries, (code) => column.dictionary[code]));
}
