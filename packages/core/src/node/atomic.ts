import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { makeFolder } from './make-folder';

/**
 * Writes a file so that a reader sees the old content or the whole new one, whatever happens in between: to a temporary
 * name in the same folder, flushed to the device, then renamed. The temporary file is removed when writing fails.
 *
 * @param write - the content, or a function that writes it through the open handle
 */
export async function writeFileAtomic(
  path: string,
  write: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, 'w');
    try {
      await (typeof write === 'function' ? write(handle) : handle.writeFile(write));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Fills a new folder and puts it in the place of `path` only when `fill` has succeeded. An existing folder of that name
 * stays until the new one is complete, and comes back if the exchange fails. Returns what `fill` gives.
 */
export async function writeFolderAtomic<T>(path: string, fill: (folder: string) => Promise<T>): Promise<T> {
  await makeFolder(dirname(path));
  const temporary = temporaryName(path);
  const retired = `${temporary}.old`;
  try {
    await mkdir(temporary);
    const result = await fill(temporary);
    const replaced = await renameIfExists(path, retired);
    try {
      await rename(temporary, path);
    } catch (error) {
      if (replaced) await rename(retired, path);
      throw error;
    }
    await rm(retired, { recursive: true, force: true });
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function renameIfExists(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
}
