/** DuckDB as this package needs it: to write Parquet and to read tables back, with nothing fetched from elsewhere. */
import type { DuckDBConnection } from '@duckdb/node-api';

const settings = {
  memory_limit: '512MB',
  threads: '1', // each one more keeps a group of rows in memory, and gains little
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** Does something with a database that is there for it only. */
export async function withDuckDB<T>(
  options: { readonly temp_directory?: string },
  action: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { ...settings, ...options });
  const connection = await instance.connect();
  try {
    return await action(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A path as DuckDB reads it: it takes these characters for a pattern. */
export function plain(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

/** A text in SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
