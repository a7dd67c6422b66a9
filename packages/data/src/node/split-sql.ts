import { ConfigError, checkOneOf, expected } from '@ctrflow/core';
import type { Split } from '../split';
import { identifier } from './database';

/** Parts of a data set as numbers of the split column. */
export const parts = { train: 0, valid: 1, test: 2 } as const;

/** A SQL expression that gives each row its part. */
export function splitExpression(split: Split, columns: readonly string[]): string {
  checkOneOf('split', 'by', split.by, ['ratio', 'group', 'time', 'leave-last-out', 'none']);
  switch (split.by) {
    case 'none':
      return String(parts.train);
    case 'leave-last-out': {
      const order = `row_number() OVER (PARTITION BY ${identifier(split.group)} ORDER BY ${sortable(split.time)} DESC, rowid DESC)`;
      return `CASE ${order} WHEN 1 THEN ${parts.test} WHEN 2 THEN ${parts.valid} ELSE ${parts.train} END`;
    }
    case 'time': {
      checkRatios(split);
      const rank = `row_number() OVER (ORDER BY ${sortable(split.column)}, rowid)`;
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

function sortable(column: string): string {
  const name = identifier(column);
  return `TRY_CAST(${name} AS DOUBLE), CAST(${name} AS VARCHAR)`;
}

function checkRatios({ valid, test }: { readonly valid: number; readonly test: number }): void {
  if (valid >= 0 && test >= 0 && valid + test < 1) return;
  throw new ConfigError(expected('split', 'valid and test >= 0 that leave rows for training', `${valid} and ${test}`));
}
