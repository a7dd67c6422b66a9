import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { requireReplaceable } from './folder-kind';
import type { FolderKind } from './folder-kind';
import { makeFolder } from './make-folder';
import { removeLeftovers, retiredName, temporaryName } from './temporary';

/**
 * Writes a file so that a reader sees the old content or the whole new one, whatever happens in between: to a temporary
 * name in the same folder, flushed to the device, then renamed. The temporary file is removed when writing fails, and by the next writer in the folder when the process was
 * killed.
 *
 * @param write - the content, or a function that writes it through the open handle
 */
export async function writeFileAtomic(
  path: string,
  write: string | Uint8Array | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  await makeFolder(dirname(path));
  removeLeftovers(dirname(path));
  const temporary = temporaryName(path);
  try {
    const handle = await open(temporary, 'wx');
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
 *
 * @param kind - what is written: only a folder of this kind, with nothing else in it, is replaced
 * @throws ConfigError when something of the user's stands at `path`: before `fill` is called, and again at the exchange
 */
export async function writeFolderAtomic<T>(
  path: string,
  kind: FolderKind,
  fill: (folder: string) => Promise<T>,
): Promise<T> {
  await makeFolder(dirname(path));
  const target = await realpath(path).catch(() => path); // a link stays, and what it leads to is replaced
  removeLeftovers(dirname(target));
  await requireReplaceable(target, kind, path);
  const temporary = temporaryName(target);
  try {
    await mkdir(temporary);
    const result = await fill(temporary);
    await exchange(temporary, target, kind, path);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** What is there is looked at where nobody finds it by its name any more, so that nothing comes in between. */
async function exchange(temporary: string, target: string, kind: FolderKind, shown: string): Promise<void> {
  const retired = retiredName(temporary);
  const replaced = await renameIfExists(target, retired);
  try {
    if (replaced) await requireReplaceable(retired, kind, shown);
    await rename(temporary, target);
  } catch (error) {
    if (replaced) await rename(retired, target);
    throw error;
  }
  await rm(retired, { recursive: true, force: true });
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
