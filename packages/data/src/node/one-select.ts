import { StatementType } from '@duckdb/node-api';
import { ConfigError, expected } from '@ctrflow/core';
import type { Database } from './database';
import { unreadable } from './loaded-table';

/**
 * Returns the query of a source when it is one statement that only reads.
 *
 * @throws ConfigError for several statements, or one that is no SELECT; DataError for a query that DuckDB does not understand
 */
export async function oneSelect({ connection }: Database, sql: unknown): Promise<string> {
  if (typeof sql !== 'string') throw new ConfigError(expected('source', 'a text for sql', sql));
  const types = await statementTypes(connection, sql).catch((error: unknown) => {
    throw unreadable(error, sql);
  });
  if (types.length === 1 && types[0] === StatementType.SELECT) return sql.replace(/[\s;]+$/, '');
  const got = types.length === 1 ? StatementType[types[0]] : `${types.length} statements`;
  throw new ConfigError(expected('source', 'one SELECT for sql', got, 'a source only reads'));
}

async function statementTypes(connection: Database['connection'], sql: string): Promise<StatementType[]> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) return Array.from({ length: statements.count }, () => StatementType.INVALID);
  const prepared = await statements.prepare(0);
  try {
    return [prepared.statementType];
  } finally {
    prepared.destroySync();
  }
}
