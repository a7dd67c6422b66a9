import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { schemaBrand } from '@ctrflow/features';
import type { Database } from './database';
import { pathsOf } from './files-of';
import type { OpenDatasetOptions } from './open-dataset-options';
import type { Source } from './source';

/** Options that change nothing of what is encoded. */
const indifferent: readonly string[] = ['encodedFolder', 'shuffleMegabytes', 'memoryLimit', 'threads', 'onProgress'];

/** A digest of the files (path, size, time of change) and the options that an encoding is made from; undefined for a query and for rows in memory, whose inputs are not known. */
export async function inputDigest(
  database: Database,
  source: Source,
  options: OpenDatasetOptions,
): Promise<string | undefined> {
  const sources = [source, options.valid, options.test].filter((one) => one !== undefined);
  const names = sources.flatMap(namesOf);
  if (names.includes(undefined)) return undefined;
  const files = (await Promise.all((names as string[]).map((name) => pathsOf(database, name)))).flat();
  const identities = await Promise.all(files.map(identityOf));
  const given = Object.entries(options)
    .filter(([name]) => !indifferent.includes(name))
    .map(([name, value]: [string, unknown]) => [name, schemaBrand.is(value) ? value.fingerprint : value])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return createHash('sha256').update(JSON.stringify({ sources, identities, given })).digest('hex');
}

/** The files of a source; undefined among them stands for what has no file. */
function namesOf(source: Source): (string | undefined)[] {
  if (typeof source === 'string') return [source];
  if (Array.isArray(source)) return [...(source as readonly string[])];
  if ('joins' in source) return [source.from, ...source.joins.map((join) => join.source)].flatMap(namesOf);
  return [undefined];
}

async function identityOf(path: string): Promise<unknown> {
  const file = await stat(path).catch(() => undefined);
  return [resolve(path), file?.size, file?.mtimeMs];
}
