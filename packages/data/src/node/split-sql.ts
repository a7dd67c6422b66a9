import { ConfigError, checkInteger, checkKnownOptions, checkNumber, checkOneOf, expected } from '@ctrflow/core';
import type { Split } from '../split';
import type { SchemaSpec } from '@ctrflow/features';
import { columnIdentifier } from './column-names';
import { identifier, literal } from './database';
import type { LoadedTable } from './loaded-table';
import { present } from './number-columns';

/** What a declaration says of times. */
type TimeSpec = Pick<SchemaSpec, 'time' | 'nullValues'>;

/** Parts of a data set as numbers of the split column. */
export const parts = { train: 0, valid: 1, test: 2 } as const;

/** The number of rows that a split has no part for. */
export const NO_PART = 3;

/** A SQL expression that gives each row of a table its part. */
export function splitExpression(
  split: Split,
  { name: table, columns }: Pick<LoadedTable, 'name' | 'columns'>,
  spec: TimeSpec,
): string {
  switch (split.by) {
    case 'none':
      return String(parts.train);
    case 'leave-last-out': {
      const untimed = hasNoTime(table, split.time, spec);
      const order = `row_number() OVER (PARTITION BY ${columnIdentifier(split.group)}, ${untimed} ORDER BY ${sortable(split.time, spec, 'DESC')}, rowid DESC)`;
      return `CASE WHEN ${untimed} THEN ${NO_PART} WHEN ${order} = 1 THEN ${parts.test} WHEN ${order} = 2 THEN ${parts.valid} ELSE ${parts.train} END`;
    }
    case 'time': {
      checkRatios(split);
      const untimed = hasNoTime(table, split.column, spec);
      const rank = `row_number() OVER (PARTITION BY ${untimed} ORDER BY ${sortable(split.column, spec, 'ASC')}, rowid)`;
      const upTo = (share: number): string => `${rank} <= round(${share} * count(*) OVER (PARTITION BY ${untimed}))`;
      const [train, seen] = [1 - split.valid - split.test, 1 - split.test];
      return `CASE WHEN ${untimed} THEN ${NO_PART} WHEN ${upTo(train)} THEN ${parts.train} WHEN ${upTo(seen)} THEN ${parts.valid} ELSE ${parts.test} END`;
    }
    case 'group':
    case 'ratio': {
      checkRatios(split);
      const keys = split.by === 'group' ? [split.column] : split.key === undefined ? columns : [split.key];
      const seed = split.seed === undefined ? [] : [literal(String(checkInteger('split', 'seed', split.seed, { min: 0 })))]; // prettier-ignore
      const text = [
        ...seed,
        ...keys.map((column) => `coalesce(CAST(${columnIdentifier(column)} AS VARCHAR), '')`),
      ].join(', ');
      // md5 is the same in every version and on every platform; DuckDB's own hash is not.
      return byShare(`(('0x' || left(md5(concat_ws(chr(31), ${text})), 8))::UBIGINT / 4294967296.0)`, split);
    }
  }
}

function byShare(share: string, { valid, test }: { readonly valid: number; readonly test: number }): string {
  return `CASE WHEN ${share} < ${test} THEN ${parts.test} WHEN ${share} < ${test + valid} THEN ${parts.valid} ELSE ${parts.train} END`;
}

/** Orders times: by the schema's format where the column is its time, else numbers as numbers, texts as texts (which orders ISO times of one zone). */
function sortable(column: string, { time }: TimeSpec, order: 'ASC' | 'DESC'): string {
  const name = columnIdentifier(column);
  const pattern = time?.column === column ? strptimePattern(time.format) : undefined;
  const keys = [`TRY_CAST(${name} AS DOUBLE)`, `CAST(${name} AS VARCHAR)`];
  if (pattern !== undefined) keys.unshift(`try_strptime(trim(CAST(${name} AS VARCHAR)), ${literal(pattern)})`);
  return keys.map((key) => `${key} ${order} NULLS LAST`).join(', ');
}

/** SQL for whether a row has no time, or something else than the other rows have: a text among numbers, or what its format does not read. */
function hasNoTime(table: string, column: string, spec: TimeSpec): string {
  const value = present(column, spec);
  const pattern = spec.time?.column === column ? strptimePattern(spec.time.format) : undefined;
  if (pattern !== undefined) return `(try_strptime(${value}, ${literal(pattern)}) IS NULL)`;
  const number = `TRY_CAST(${value} AS DOUBLE)`;
  const anyNumber = `(SELECT bool_or(${number} IS NOT NULL) FROM ${identifier(table)})`;
  return `coalesce(${value} IS NULL OR isnan(${number}) OR (${number} IS NULL AND ${anyNumber}), false)`;
}

const directives = { YYYY: '%Y', YY: '%y', MM: '%m', DD: '%d', HH: '%H', mm: '%M', ss: '%S' };

/** DuckDB's form of a pattern of YYYY YY MM DD HH mm ss. */
function strptimePattern(format: string | undefined): string | undefined {
  if (format === undefined || format === 'iso' || format.startsWith('unix-')) return undefined;
  return format
    .replaceAll('%', '%%')
    .replaceAll(/YYYY|YY|MM|DD|HH|mm|ss/g, (part) => directives[part as keyof typeof directives]);
}

/**
 * Columns that a split reads by name.
 *
 * @throws ConfigError when it is no split
 */
export function splitColumns(split: Split): string[] {
  checkOneOf('split', 'by', split.by, ['ratio', 'group', 'time', 'leave-last-out', 'none']);
  checkKnownOptions('split', split, ['by', ...optionsOf[split.by]]);
  const named = 'column' in split ? [split.column] : 'group' in split ? [split.group, split.time] : 'key' in split ? [split.key] : []; // prettier-ignore
  return named.filter((column) => column !== undefined);
}

const optionsOf = {
  none: [],
  ratio: ['valid', 'test', 'key', 'seed'],
  group: ['valid', 'test', 'column', 'seed'],
  time: ['valid', 'test', 'column'],
  'leave-last-out': ['group', 'time'],
};

function checkRatios({ valid, test }: { readonly valid: number; readonly test: number }): void {
  for (const [name, share] of Object.entries({ valid, test })) checkNumber('split', name, share, { min: 0 });
  if (valid + test < 1) return;
  throw new ConfigError(expected('split', 'valid and test >= 0 that leave rows for training', `${valid} and ${test}`));
}
