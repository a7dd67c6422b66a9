import { ConfigError, checkKnownOptions, checkOneOf, expected } from '@ctrflow/core';
import type { Split } from '../split';
import type { SchemaSpec } from '@ctrflow/features';
import { identifier, literal } from './database';

/** Parts of a data set as numbers of the split column. */
export const parts = { train: 0, valid: 1, test: 2 } as const;

/** A SQL expression that gives each row its part. */
export function splitExpression(split: Split, columns: readonly string[], spec: Pick<SchemaSpec, 'time'>): string {
  switch (split.by) {
    case 'none':
      return String(parts.train);
    case 'leave-last-out': {
      const order = `row_number() OVER (PARTITION BY ${identifier(split.group)} ORDER BY ${sortable(split.time, spec, 'DESC')}, rowid DESC)`;
      return `CASE ${order} WHEN 1 THEN ${parts.test} WHEN 2 THEN ${parts.valid} ELSE ${parts.train} END`;
    }
    case 'time': {
      checkRatios(split);
      const rank = `row_number() OVER (ORDER BY ${sortable(split.column, spec, 'ASC')}, rowid)`;
      const upTo = (share: number): string => `${rank} <= round(${share} * count(*) OVER ())`;
      const [train, seen] = [1 - split.valid - split.test, 1 - split.test];
      return `CASE WHEN ${upTo(train)} THEN ${parts.train} WHEN ${upTo(seen)} THEN ${parts.valid} ELSE ${parts.test} END`;
    }
    case 'group':
    case 'ratio': {
      checkRatios(split);
      const keys = split.by === 'group' ? [split.column] : split.key === undefined ? columns : [split.key];
      const text = keys.map((column) => `coalesce(CAST(${identifier(column)} AS VARCHAR), '')`).join(', ');
      // md5 is the same in every version and on every platform; DuckDB's own hash is not.
      return byShare(`(('0x' || left(md5(concat_ws(chr(31), ${text})), 8))::UBIGINT / 4294967296.0)`, split);
    }
  }
}

function byShare(share: string, { valid, test }: { readonly valid: number; readonly test: number }): string {
  return `CASE WHEN ${share} < ${test} THEN ${parts.test} WHEN ${share} < ${test + valid} THEN ${parts.valid} ELSE ${parts.train} END`;
}

/** Orders times: by the schema's format where the column is its time, else numbers as numbers, texts as texts (which orders ISO times of one zone). */
function sortable(column: string, { time }: Pick<SchemaSpec, 'time'>, order: 'ASC' | 'DESC'): string {
  const name = identifier(column);
  const pattern = time?.column === column ? strptimePattern(time.format) : undefined;
  const keys = [`TRY_CAST(${name} AS DOUBLE)`, `CAST(${name} AS VARCHAR)`];
  if (pattern !== undefined) keys.unshift(`try_strptime(trim(CAST(${name} AS VARCHAR)), ${literal(pattern)})`);
  return keys.map((key) => `${key} ${order} NULLS LAST`).join(', ');
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
  ratio: ['valid', 'test', 'key'],
  group: ['valid', 'test', 'column'],
  time: ['valid', 'test', 'column'],
  'leave-last-out': ['group', 'time'],
};

function checkRatios({ valid, test }: { readonly valid: number; readonly test: number }): void {
  if (valid >= 0 && test >= 0 && valid + test < 1) return;
  throw new ConfigError(expected('split', 'valid and test >= 0 that leave rows for training', `${valid} and ${test}`));
}
