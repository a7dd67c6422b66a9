import { targetColumn, targetsOf } from '@ctrflow/features';
import type { SchemaSpec } from '@ctrflow/features';
import { columnIdentifier } from './column-names';
import { identifier, literal } from './database';
import type { Database } from './database';

/** Of some columns, those that only numeric fields read. */
export function numberColumns(spec: SchemaSpec, columns: readonly string[]): string[] {
  const { fields, group, time, trim = true } = spec;
  if (!trim) return []; // a cast trims
  const roles = [...targetsOf(spec).map(targetColumn), group, time?.column];
  return columns.filter((column) => {
    const readBy = fields.filter((field) => field.kind !== 'crossed' && (field.column ?? field.name) === column);
    return !roles.includes(column) && readBy.length > 0 && readBy.every(({ kind }) => kind === 'numeric');
  });
}

/**
 * Makes a table in which columns are DOUBLE, null where they miss. A column that turns out to hold something else stays as it is, for the schema to say where: the table is
 * then made once more.
 *
 * @param make - makes the table, with the given SQL in the place of columns
 * @param discard - removes what `make` has made
 * @returns the columns that are numbers now
 */
export async function makeWithNumbers(
  database: Database,
  table: string,
  columns: readonly string[],
  spec: SchemaSpec,
  make: (sqlOf: (column: string) => string) => Promise<void>,
  discard: () => Promise<unknown>,
): Promise<string[]> {
  for (let numbers = [...columns]; ;) {
    await make((column) =>
      numbers.includes(column)
        ? `${madeNumber(column, spec)} AS ${columnIdentifier(column)}`
        : columnIdentifier(column),
    );
    const sound = await allRows(database, table, numbers, (column) => `NOT isnan(${columnIdentifier(column)})`);
    if (sound.every(Boolean)) return numbers;
    numbers = numbers.filter((_, i) => sound[i]);
    await discard();
  }
}

/** Whether every value reads as the schema's own parser would read it. */
export async function holdNumbers(
  database: Database,
  table: string,
  columns: readonly string[],
  spec: SchemaSpec,
): Promise<boolean[]> {
  // Trimming and comparing with markers is slow, and few columns need it: only those are asked that hold more than numbers and empty texts.
  const plain = await allRows(database, table, columns, (column) => `coalesce(${isNumber(column)}, ${columnIdentifier(column)} IS NULL OR ${asText(column)} = '')`); // prettier-ignore
  const others = columns.filter((_, i) => !plain[i]);
  const missing = await allRows(database, table, others, (column) => `coalesce(${isNumber(column)}, ${present(column, spec)} IS NULL)`); // prettier-ignore
  return columns.map((column, i) => plain[i] || missing[others.indexOf(column)]);
}

/** SQL for the number of a column that holds nothing else, null where it misses. */
export function castNumber(column: string, spec: SchemaSpec): string {
  // Markers that are no numbers fail the cast, which makes them null as well.
  return hasNumericMarkers(spec) ? `TRY_CAST(${present(column, spec)} AS DOUBLE)` : number(column);
}

/** SQL for the number of a column, null where it misses and NaN where it is something else. */
function madeNumber(column: string, spec: SchemaSpec): string {
  const isMissing = `${present(column, spec)} IS NULL`;
  const first = hasNumericMarkers(spec) ? `WHEN ${isMissing} THEN NULL` : '';
  return `CASE ${first} WHEN ${isNumber(column)} THEN ${number(column)} WHEN ${isMissing} THEN NULL ELSE 'nan'::DOUBLE END`;
}

/** DuckDB alone takes `1_000`, `inf` and `nan` for numbers too. */
function isNumber(column: string): string {
  return `abs(${number(column)}) < 3.4e38 AND NOT contains(${asText(column)}, '_')`;
}

function hasNumericMarkers({ nullValues = [] }: SchemaSpec): boolean {
  return nullValues.some((value) => !Number.isNaN(Number(value)) && value.trim() !== '');
}

/** Whether a condition holds in every row where it is not null, for each column. */
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
export function present(column: string, { nullValues = [] }: Pick<SchemaSpec, 'nullValues'>): string {
  const trimmed = `trim(${asText(column)}, ${literal(' \t\r\n')})`;
  return ['', ...nullValues].reduce((value, missing) => `nullif(${value}, ${literal(missing)})`, trimmed);
}

/** SQL for a column as text. */
export function asText(column: string): string {
  return `CAST(${columnIdentifier(column)} AS VARCHAR)`;
}

function number(column: string): string {
  return `TRY_CAST(${columnIdentifier(column)} AS DOUBLE)`;
}

/** Whether a type of DuckDB is of floating-point numbers. */
export function isFloat(type: string | undefined): boolean {
  return type === 'DOUBLE' || type === 'FLOAT';
}

/** Whole numbers up to here are written without a fraction or an exponent. */
const MAX_WHOLE = '1e15';

/** SQL for a value as the schema reads it, whatever its type: 7 is `7` and not `7.0`, NaN is null. Very large and small numbers keep DuckDB's exponent. */
export function canonicalText(column: string, type: string | undefined): string {
  const name = columnIdentifier(column);
  if (!isFloat(type)) return asText(column);
  const whole = `abs(${name}) < ${MAX_WHOLE} AND ${name} = trunc(${name})`;
  return `CASE WHEN isnan(${name}) THEN NULL WHEN ${whole} THEN CAST(CAST(${name} AS BIGINT) AS VARCHAR) ELSE ${asText(column)} END`;
}
