import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ConfigError, checkInteger, expected } from '@ctrflow/core';
import { makeTemporaryFolder } from '@ctrflow/core/node';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { withRoom } from './out-of-room';

/** Chunks of 2,048 rows that are fetched ahead. */
const CHUNKS_AHEAD = 64;

/** A DuckDB in memory whose tables spill to disk above a memory limit, into a folder that goes with it. */
export interface Database {
  readonly connection: DuckDBConnection;
  /** For files that belong to this reading. */
  readonly folder: string;
  /** A folder within it that holds nothing yet: members of two archives may have one name. */
  readonly newFolder: () => Promise<string>;
  /** Runs what gives no rows. */
  readonly run: (sql: string) => Promise<void>;
  /** Rows of a query as objects. */
  readonly rows: (sql: string) => Promise<Record<string, DuckDBValue>[]>;
  /** All chunks of a query of which there are few. */
  readonly allChunks: (sql: string) => Promise<DuckDBDataChunk[]>;
  /** Chunks of a query, in order. The database makes them when they are asked for, which is done ahead whenever the reader waits for anything. */
  readonly chunks: (sql: string) => AsyncIterable<DuckDBDataChunk>;
  close(): Promise<void>;
}

/** Options of {@link openDatabase}. */
export interface DatabaseOptions {
  /** DuckDB's limit, such as `1GB`. Default 1GB. */
  readonly memoryLimit?: string;
  /** Default: all cores. */
  readonly threads?: number;
}

/** Addresses would make DuckDB download an extension and load it. */
const nothingFromElsewhere = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
};

/** Opens an empty database. */
export async function openDatabase({ memoryLimit = '1GB', threads }: DatabaseOptions = {}): Promise<Database> {
  checkAmount(memoryLimit);
  if (threads !== undefined) checkInteger('database', 'threads', threads, { min: 1 });
  const folder = makeTemporaryFolder('data');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    temp_directory: folder,
    ...nothingFromElsewhere,
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL disabled_optimizers = 'compressed_materialization'"); // packing short texts to group and sort them costs more than it saves
  let fetching: Promise<unknown> = Promise.resolve();
  async function* fetched(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const own = await instance.connect(); // a query on the same connection would end the stream
    try {
      await own.run("SET streaming_buffer_size = '64MB'");
      const result = await withRoom(() => own.stream(sql));
      for (;;) {
        const next = withRoom(() => result.fetchChunk());
        fetching = next.catch(() => undefined);
        const chunk = await next;
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk;
      }
    } finally {
      own.closeSync();
    }
  }
  return {
    connection,
    folder,
    newFolder: () => mkdtemp(join(folder, 'files-')),
    async run(sql) {
      await withRoom(() => connection.run(sql));
    },
    rows: async (sql) => (await withRoom(() => connection.runAndReadAll(sql))).getRowObjects(),
    async allChunks(sql) {
      const own = await instance.connect(); // queries of one connection wait for each other
      try {
        return await withRoom(async () => (await own.run(sql)).fetchAllChunks());
      } finally {
        own.closeSync();
      }
    },
    chunks: (sql) => Readable.from(fetched(sql), { highWaterMark: CHUNKS_AHEAD }),
    async close() {
      await fetching; // of a reader that stopped early
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function checkAmount(memoryLimit: unknown): void {
  if (typeof memoryLimit === 'string' && /^\d+(\.\d+)? ?([KMGT]i?B|%)$/i.test(memoryLimit)) return;
  throw new ConfigError(expected('database', 'an amount of memory such as "512MB" or "2GB" for memoryLimit', memoryLimit)); // prettier-ignore
}

/** DuckDB reads SQL up to the first NUL. */
function whole(text: string): string {
  if (!text.includes('\0')) return text;
  throw new ConfigError(expected('source', 'names and settings without the character NUL', text));
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${whole(name).replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function literal(text: string): string {
  return `'${whole(text).replaceAll("'", "''")}'`;
}
