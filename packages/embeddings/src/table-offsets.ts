import { ConfigError, expected } from '@ctrflow/core';
import type { TableSpec } from './contract';

/**
 * Where each table begins in its group.
 *
 * @throws ConfigError when a name is used twice
 */
export function offsetsOf(group: string, tables: readonly TableSpec[]): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let offset = 0;
  for (const { name, numRows } of tables) {
    if (offsets.has(name)) throw new ConfigError(expected(`tables "${group}"`, 'names that differ', name));
    offsets.set(name, offset);
    offset += numRows;
  }
  return offsets;
}

/** Rows of all tables together. */
export function rowsOf(tables: readonly TableSpec[]): number {
  return tables.reduce((sum, { numRows }) => sum + numRows, 0);
}
