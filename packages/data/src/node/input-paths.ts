/** Keeps outputs apart from inputs: which files a source may read, in whatever way its names are understood. */
import { checkText } from '@ctrflow/core';
import { requireNotInput, requireNotInside } from '@ctrflow/core/node';
import { openDatabase } from './database';
import type { Database } from './database';
import { pathsOf } from './files-of';
import { checkSource } from './source';
import type { Source } from './source';

/**
 * Refuses an output that a source reads: by any path, link or glob, as an archive, as a table that is joined, or named by a query.
 *
 * @throws ConfigError naming the input
 */
export async function requireNotRead(who: string, output: string, source: Source): Promise<void> {
  checkText('requireNotRead', 'who', who);
  checkText(who, 'the output', output);
  checkSource(who, source);
  const database = await openDatabase({ threads: 1 });
  try {
    await requireNotAmong(database, who, output, [source]);
  } finally {
    await database.close();
  }
}

/** As {@link requireNotRead}, of several sources and with a database that is open. */
export async function requireNotAmong(
  database: Database,
  who: string,
  output: string,
  sources: readonly Source[],
): Promise<void> {
  await requireNotInput(who, output, await filesOf(database, sources));
}

/**
 * Refuses a folder that is replaced where a source reads a file of it.
 *
 * @throws ConfigError naming the input
 */
export async function requireNoneInside(
  database: Database,
  who: string,
  folder: string,
  sources: readonly Source[],
): Promise<void> {
  await requireNotInside(who, folder, await filesOf(database, sources));
}

async function filesOf(database: Database, sources: readonly Source[]): Promise<string[]> {
  const paths = await Promise.all(
    sources.flatMap(namesOf).map(async (name) => [name, ...(await pathsOf(database, name).catch(() => []))]),
  );
  return paths.flat();
}

/** What a source calls its files; of a query, every text that it quotes. */
function namesOf(source: Source): string[] {
  if (typeof source === 'string') return [source];
  if (Array.isArray(source)) return [...(source as readonly string[])];
  if ('joins' in source) return [source.from, ...source.joins.map((join) => join.source)].flatMap(namesOf);
  if (!('sql' in source)) return [];
  const quoted = source.sql.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"/g);
  return Array.from(quoted, ([, text, name]) => text?.replaceAll("''", "'") ?? name.replaceAll('""', '"'));
}
