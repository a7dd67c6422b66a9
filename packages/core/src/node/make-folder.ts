import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and what is missing above it, one after the other. `mkdir` of Node with `recursive` never returns where the system says that an existing
 * folder does not take a new one by ENOENT, as Linux does below `/proc`.
 *
 * @returns the folders that were made, outermost first; none is left when it fails
 * @throws NodeJS.ErrnoException when a folder cannot be made, or is a file (`ENOTDIR` or `EEXIST`)
 */
export async function makeFolder(path: string): Promise<readonly string[]> {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!(await exists(folder))) {
    missing.unshift(folder);
    folder = dirname(folder);
  }
  if (missing.length === 0) missing.push(resolve(path)); // says EEXIST when it is a file
  const made: string[] = [];
  try {
    for (const part of missing) if (await make(part)) made.push(part);
    return made;
  } catch (error) {
    await remove(made);
    throw error;
  }
}

/**
 * Tries whether a folder can be made, before long work whose result goes there. What was made is removed again.
 *
 * @throws NodeJS.ErrnoException as {@link makeFolder}
 */
export async function tryFolder(path: string): Promise<void> {
  await remove(await makeFolder(path));
}

/** Innermost first; one that is not empty any more is in use, and stays. */
async function remove(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
}

async function make(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(folder)).isDirectory();
    if (isThere) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
