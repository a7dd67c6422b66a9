import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';

/** A DuckDB whose temporary tables spill to disk above a memory limit, into a folder that goes with it. */
export interface Database {
  readonly connection: DuckDBConnection;
  /** For files that belong to this reading, such as members of an archive. */
  readonly folder: string;
  /** Rows of a query as objects. */
  readonly rows: (sql: string) => Promise<Record<string, DuckDBValue>[]>;
  /** Chunks of a query, in order. */
  chunks(sql: string): AsyncGenerator<DuckDBDataChunk>;
  close(): Promise<void>;
}

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  /** DuckDB's limit, such as `1GB`. Default 1GB. */
  readonly memoryLimit?: string;
  /** Default: all cores. */
  readonly threads?: number;
}

/** Opens an empty database. */
export async function openDatabase({ memoryLimit = '1GB', threads }: DatabaseOptions = {}): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-data-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    temp_directory: folder,
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  await connection.run("SET streaming_buffer_size = '64MB'");
  return {
    connection,
    folder,
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
    async *chunks(sql) {
      const result = await connection.stream(sql);
      let next = result.fetchChunk();
      try {
        for (;;) {
          const chunk = await next;
          if (chunk === null || chunk.rowCount === 0) return;
          next = result.fetchChunk(); // made while this one is worked on
          yield chunk;
        }
      } finally {
        await next.catch(() => undefined); // who stops early still closes a database at rest
      }
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
