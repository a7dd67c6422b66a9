import type { ColumnProfile } from '@ctrflow/features';
import { identifier, literal } from './database';
import type { Database } from './database';
import type { LoadedTable } from './load';

/** Most frequent values that a profile shows. */
const NUM_EXAMPLES = 20;

/** Profiles every column of a table: what inference decides by. */
export async function profileTable(
  database: Database,
  table: LoadedTable,
  label: string | undefined,
  nullValues: readonly string[] = [],
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (const column of table.columns) profiles.push(await profileColumn(database, table, column, label, nullValues));
  return profiles;
}

async function profileColumn(
  database: Database,
  { name, numRows }: LoadedTable,
  column: string,
  label: string | undefined,
  nullValues: readonly string[],
): Promise<ColumnProfile> {
  const missing = ['', ...nullValues].map(literal).join(', ');
  const value = `trim(CAST(${identifier(column)} AS VARCHAR))`;
  const values = `SELECT ${value} AS value FROM ${identifier(name)} WHERE ${identifier(column)} IS NOT NULL AND ${value} NOT IN (${missing})`;
  const sql = `SELECT count(*) AS present, count(DISTINCT value) AS numDistinct,
      count(*) FILTER (WHERE regexp_full_match(value, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')) AS numbers,
      count(*) FILTER (WHERE regexp_full_match(value, '[+-]?\\d+')) AS integers,
      count(*) FILTER (WHERE regexp_full_match(value, '0\\d+')) AS leadingZeros,
      count(*) FILTER (WHERE regexp_full_match(value, '\\d{4}-\\d{2}-\\d{2}.*')) AS dates,
      count(*) FILTER (WHERE contains(value, '^')) AS lists,
      max(length(value)) AS maxLength FROM (${values})`;
  const [row] = await database.rows(sql);
  const examples = await database.rows(
    `SELECT value, count(*) AS count FROM (${values}) GROUP BY value ORDER BY count DESC, value LIMIT ${NUM_EXAMPLES}`,
  );
  const number = (key: string): number => Number(row[key] ?? 0);
  return {
    column,
    numRows,
    numMissing: numRows - number('present'),
    numDistinct: number('numDistinct'),
    numNumbers: number('numbers'),
    numIntegers: number('integers'),
    numLeadingZeros: number('leadingZeros'),
    numDates: number('dates'),
    numLists: number('lists'),
    maxLength: number('maxLength'),
    examples: examples.map((example) => example.value as string),
    ...(label === undefined || label === column ? {} : { labelPurity: await purity(database, name, column, label) }),
  };
}

/** Share of rows whose label is the most frequent one of their value, over values that come at least twice: 1 when the column alone gives the label. */
async function purity(database: Database, table: string, column: string, label: string): Promise<number> {
  const pairs = `SELECT ${identifier(column)} AS value, ${identifier(label)} AS label, count(*) AS n FROM ${identifier(table)} GROUP BY ALL`;
  const sql = `SELECT sum(best) / sum(total) AS purity FROM (SELECT max(n) AS best, sum(n) AS total FROM (${pairs}) GROUP BY value HAVING sum(n) > 1)`;
  const [row] = await database.rows(sql);
  return row.purity === null ? 0 : Number(row.purity);
}
