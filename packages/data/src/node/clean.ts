import { ConfigError, checkKnownOptions, emptyRecord, expected, mergeRecords, recordOf } from '@ctrflow/core';
import { columnIdentifier } from './column-names';
import { identifier } from './database';
import type { Database } from './database';
import { requireColumns } from './loaded-table';
import type { LoadedTable } from './loaded-table';

/** What is taken out of the rows before anything else looks at them. */
export interface Cleaning {
  /** Keeps the first of rows that are equal in these columns; `true` looks at all columns. */
  readonly duplicates?: true | readonly string[];
  /** Drops rows whose number in a column is below `min` or above `max`. Missing values stay; what is no number is left to the schema. */
  readonly ranges?: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
}

/**
 * Drops rows as declared, first those out of range, then duplicates, and counts them.
 *
 * @throws ConfigError for an option that does not exist; DataError for a column that is not there
 */
export async function cleanTable(database: Database, table: LoadedTable, cleaning: Cleaning): Promise<LoadedTable> {
  checkKnownOptions('openDataset: clean', cleaning, ['duplicates', 'ranges']);
  const { duplicates, ranges = emptyRecord() } = cleaning;
  if (duplicates !== undefined && duplicates !== true && !Array.isArray(duplicates))
    throw new ConfigError(expected('openDataset: clean', 'true or a list of columns for duplicates', duplicates));
  requireColumns(table, [...Object.keys(ranges), ...(Array.isArray(duplicates) ? (duplicates as string[]) : [])]);
  const outside = Object.entries(ranges).map(([column, range]) => outsideRange(column, range));
  const numBefore = table.numRows;
  const inRange = await keep(database, table, 'ranged', outside.map((condition) => `NOT coalesce(${condition}, false)`)); // prettier-ignore
  if (duplicates === undefined) return count(inRange, { outOfRange: numBefore - inRange.numRows });
  const keys = (duplicates === true ? table.columns : duplicates).map(columnIdentifier).join(', ');
  const first = `SELECT min(${inRange.row}) FROM ${identifier(inRange.name)} GROUP BY ${keys}`;
  const unique = await keep(database, inRange, 'unique', [`${inRange.row} IN (${first})`]);
  return count(unique, { outOfRange: numBefore - inRange.numRows, duplicate: inRange.numRows - unique.numRows });
}

function outsideRange(column: string, { min, max }: { readonly min?: number; readonly max?: number }): string {
  for (const bound of [min, max])
    if (bound !== undefined && !Number.isFinite(bound))
      throw new ConfigError(expected('openDataset: clean', `finite bounds for "${column}"`, bound));
  const value = `TRY_CAST(${columnIdentifier(column)} AS DOUBLE)`;
  const parts = [
    ...(min === undefined ? [] : [`${value} < ${min}`]),
    ...(max === undefined ? [] : [`${value} > ${max}`]),
  ];
  if (parts.length === 0)
    throw new ConfigError(expected('openDataset: clean', `min or max for "${column}"`, 'neither'));
  return parts.join(' OR ');
}

/** The rows that fulfil all conditions, in their order, with the number that they had in the source. */
async function keep(
  { run, rows }: Database,
  table: LoadedTable,
  suffix: string,
  conditions: readonly string[],
): Promise<LoadedTable> {
  if (conditions.length === 0) return table;
  const name = `${table.name}_${suffix}`;
  const columns = table.columns.map(columnIdentifier).join(', ');
  await run(
    `CREATE TABLE ${identifier(name)} AS SELECT ${columns}, ${table.row} AS ctrflow_row FROM ${identifier(table.name)} WHERE ${conditions.join(' AND ')} ORDER BY ${table.row}`,
  );
  await run(`DROP TABLE ${identifier(table.name)}`);
  const [{ count: numRows }] = await rows(`SELECT count(*) AS count FROM ${identifier(name)}`);
  return { ...table, name, row: 'ctrflow_row', numRows: Number(numRows) };
}

function count(table: LoadedTable, reasons: Readonly<Record<string, number>>): LoadedTable {
  const counted = Object.entries(reasons).filter(([, rows]) => rows > 0);
  return { ...table, dropped: mergeRecords(table.dropped, recordOf(counted)) };
}
