import type { ColumnProfile } from '@ctrflow/features';
import { columnIdentifier } from './column-names';
import { identifier, literal } from './database';
import type { Database } from './database';
import { isList, joinedEntries } from './list-dictionary';
import type { LoadedTable } from './loaded-table';
import { canonicalText, isFloat } from './number-columns';

/** Dates as the schema's parser reads them. */
const ISO_DATE = String.raw`\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?`;
/** Separates the entries of a list in a text. */
const LIST_SEPARATOR = '^';
/** Rows that show whether a column gives the label away. */
const PURITY_ROWS = 200_000;
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
  { name, numRows, types }: LoadedTable,
  column: string,
  label: string | undefined,
  nullValues: readonly string[],
): Promise<ColumnProfile> {
  const missing = ['', ...nullValues].map(literal).join(', ');
  const declaredLists = isList(types[column]);
  const value = `trim(${declaredLists ? joinedEntries(column, LIST_SEPARATOR) : canonicalText(column, types[column])})`;
  const values = `SELECT ${value} AS value FROM ${identifier(name)} WHERE ${columnIdentifier(column)} IS NOT NULL AND ${value} NOT IN (${missing})`;
  const sql = `SELECT count(*) AS present, count(DISTINCT value) AS numDistinct,
      count(*) FILTER (WHERE regexp_full_match(value, '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?')) AS numbers,
      count(*) FILTER (WHERE regexp_full_match(value, '[+-]?\\d+')) AS integers,
      count(*) FILTER (WHERE regexp_full_match(value, '0\\d+')) AS leadingZeros,
      count(*) FILTER (WHERE regexp_full_match(value, '${ISO_DATE}')) AS dates,
      count(*) FILTER (WHERE contains(value, '${LIST_SEPARATOR}')) AS lists,
      max(length(value)) AS maxLength FROM (${values})`;
  const [row] = await database.rows(sql);
  const examples = await database.rows(
    `SELECT value, count(*) AS count FROM (${values}) GROUP BY value ORDER BY count DESC, value LIMIT ${NUM_EXAMPLES}`,
  );
  const number = (key: string): number => Number(row[key] ?? 0);
  const numLists = declaredLists ? number('present') : number('lists');
  const entries = `SELECT count(DISTINCT entry) AS count FROM (SELECT unnest(string_split(value, '${LIST_SEPARATOR}')) AS entry FROM (${values}))`;
  return {
    column,
    numRows,
    numMissing: numRows - number('present'),
    numDistinct: number('numDistinct'),
    numNumbers: number('numbers'),
    numIntegers: number('integers'),
    numLeadingZeros: number('leadingZeros'),
    numDates: number('dates'),
    numLists,
    ...(declaredLists && { declaredLists }),
    ...(numLists > 0 && { numEntries: Number((await database.rows(entries))[0].count) }),
    maxLength: number('maxLength'),
    examples: examples.map((example) => example.value as string).map((text) => isFloat(types[column]) ? String(Number(text)) : text), // prettier-ignore
    ...(label === undefined || label === column ? {} : { labelPurity: await purity(database, name, column, label) }),
  };
}

/**
 * How much better the value predicts the label than always guessing the more frequent one does, from 0 to 1: 1 - errors / errors of the guess, over values that come at least
 * twice. Numbers are looked at in intervals as well, so that `x > 5` is seen; at least 50 rows to an interval, or chance would look like knowledge.
 */
async function purity(database: Database, table: string, column: string, label: string): Promise<number> {
  const rows = `SELECT CAST(${columnIdentifier(column)} AS VARCHAR) AS value, CAST(${columnIdentifier(label)} AS VARCHAR) AS label FROM ${identifier(table)} LIMIT ${PURITY_ROWS}`;
  const intervals = `SELECT CAST(ntile(greatest(1, CAST(least(1000, (SELECT count(*) FROM rows) / 50) AS BIGINT))) OVER (ORDER BY TRY_CAST(value AS DOUBLE)) AS VARCHAR) AS value, label FROM rows WHERE TRY_CAST(value AS DOUBLE) IS NOT NULL`;
  const gain = (from: string): string => `(WITH pairs AS (SELECT value, label, count(*) AS n FROM ${from} GROUP BY ALL),
      repeated AS (SELECT value, label, n, sum(n) OVER (PARTITION BY value) AS total FROM pairs QUALIFY total > 1),
      errors AS (SELECT sum(total - best) AS made FROM (SELECT any_value(total) AS total, max(n) AS best FROM repeated GROUP BY value)),
      guess AS (SELECT sum(n) - max(n) AS made FROM (SELECT sum(n) AS n FROM repeated GROUP BY label))
      SELECT 1 - errors.made / nullif(guess.made, 0) FROM errors, guess)`;
  const [row] = await database.rows(`WITH rows AS (${rows}), intervals AS (${intervals}) SELECT CAST(greatest(${gain('rows')}, ${gain('intervals')}) AS DOUBLE) AS purity`); // prettier-ignore
  return Number(row.purity ?? 0);
}
