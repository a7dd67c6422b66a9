/** Tells a folder that ctrflow wrote from one of the user's, before it is replaced. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, expected } from '../errors';
import { isTemporaryName } from './temporary';

/** A kind of folder that ctrflow writes as a whole. */
export interface FolderKind {
  /** As messages name it: `a saved model`. */
  readonly what: string;
  /** Names of the files of such a folder; undefined for a folder of another kind. What it throws means the same. */
  readonly filesOf: (folder: string) => Promise<readonly string[] | undefined>;
}

/** What systems put into folders that somebody looked at. */
const litter: readonly string[] = ['.DS_Store', 'Thumbs.db', 'desktop.ini'];

/**
 * A kind that is known by a JSON file whose `format` says so.
 *
 * @param filesOf - names of the other files, from what the JSON file says
 */
export function folderKind(
  what: string,
  manifest: string,
  format: string,
  filesOf: (json: unknown) => readonly string[],
): FolderKind {
  return {
    what,
    async filesOf(folder) {
      const json = JSON.parse(await readFile(join(folder, manifest), 'utf8')) as { format?: unknown } | null;
      return json?.format === format ? [manifest, ...filesOf(json)] : undefined;
    },
  };
}

/**
 * Lets a folder be replaced only if nothing of the user's can be in it: it does not exist, is empty, or is of the given kind and holds nothing but the files of that kind.
 *
 * @throws ConfigError naming what stands in it
 */
export async function requireReplaceable(folder: string, kind: FolderKind, shown = folder): Promise<void> {
  const names = await namesIn(folder, shown, kind);
  if (names.length === 0) return;
  const files = await kind.filesOf(folder).catch(() => undefined);
  const foreign = files === undefined ? names : names.filter((name) => !files.includes(name));
  if (foreign.length > 0) throw refusal(kind, shown, `it holds ${listOf(foreign)}`);
}

async function namesIn(folder: string, shown: string, kind: FolderKind): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !(entry.isFile() && (litter.includes(entry.name) || isTemporaryName(entry.name))))
      .map((entry) => (entry.isFile() ? entry.name : `${entry.name}/`))
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw refusal(kind, shown, 'it is a file');
    throw error;
  }
}

function refusal({ what }: FolderKind, folder: string, why: string): ConfigError {
  const hint = `${why}, and nothing was changed: name another folder, or move away what is there`;
  return new ConfigError(expected('folder', `a new one, an empty one, or ${what} to replace`, folder, hint));
}

function listOf(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
