import { ConfigError, DataError, checkKnownOptions, expected, mergeRecords, recordOf } from '@ctrflow/core';
import { columnIdentifier } from './column-names';
import { identifier } from './database';
import type { Database } from './database';
import { requireColumns } from './loaded-table';
import type { LoadedTable } from './loaded-table';
import { canonicalText } from './number-columns';

/** Columns that each row of `left` gets from the one row of `right` that has the same key, in the order of `left`; missing where there is none. */
export async function joinTables(
  { run, rows }: Database,
  left: LoadedTable,
  right: LoadedTable,
  { on, prefix = '' }: { readonly on: string | readonly [left: string, right: string]; readonly prefix?: string },
): Promise<LoadedTable> {
  const [leftKey, rightKey] = typeof on === 'string' ? [on, on] : on;
  requireColumns(left, [leftKey]);
  requireColumns(right, [rightKey]);
  const name = `${left.name}_joined`;
  const key = canonicalText(rightKey, right.types[rightKey]);
  const [twice] = await rows(
    `SELECT ${key} AS key FROM ${identifier(right.name)} WHERE ${key} IS NOT NULL GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1`,
  );
  if (twice !== undefined)
    throw new DataError('join: expected one row to a key, got two or more; drop the duplicates', {
      file: right.sources.join(', '),
      column: rightKey,
      value: twice.key as string,
    });
  const added = right.columns.filter((column) => column !== rightKey);
  const taken = added.find((column) => left.columns.includes(prefix + column));
  if (taken !== undefined)
    throw new ConfigError(expected('join', 'column names that differ', prefix + taken, 'give the join a `prefix`'));
  const columns = [
    ...left.columns.map((column) => `l.${columnIdentifier(column)}`),
    ...added.map((column) => `r.${columnIdentifier(column)} AS ${columnIdentifier(prefix + column)}`),
  ];
  await run(
    `CREATE TABLE ${identifier(name)} AS SELECT ${columns.join(', ')} FROM (SELECT *, ${canonicalText(leftKey, left.types[leftKey])} AS ctrflow_key, rowid AS ctrflow_row FROM ${identifier(left.name)}) l LEFT JOIN (SELECT *, ${key} AS ctrflow_key FROM ${identifier(right.name)}) r ON l.ctrflow_key = r.ctrflow_key ORDER BY l.ctrflow_row`,
  );
  for (const { name: old } of [left, right]) await run(`DROP TABLE ${identifier(old)}`);
  return {
    ...left,
    name,
    columns: [...left.columns, ...added.map((column) => prefix + column)],
    types: mergeRecords(left.types, recordOf(added.map((column) => [prefix + column, right.types[column]]))),
    sources: [...left.sources, ...right.sources],
  };
}

/** @throws ConfigError when a join is no `{ source, on }` */
export function checkJoin(join: object): void {
  checkKnownOptions('join', join, ['source', 'on', 'prefix']);
  const { on } = join as { readonly on?: unknown };
  if (typeof on === 'string' || (Array.isArray(on) && on.length === 2)) return;
  throw new ConfigError(expected('join', 'a column, or a pair of columns, for `on`', on));
}
