import { DataError, isCtrflowError } from '@ctrflow/core';

const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'a device that is full',
  EDQUOT: 'a quota that is used up',
  EACCES: 'a folder that may not be written',
  EPERM: 'a folder that may not be written',
  EROFS: 'a file system that is read-only',
  ENOTDIR: 'a path through something that is no folder',
  EISDIR: 'a folder in the place of a file',
  ENOENT: 'a folder that does not exist',
};

/**
 * Runs something that writes, and says what was to be written when it fails.
 *
 * @throws DataError with the file and what is wrong with it
 */
export async function writing<T>(who: string, file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (isCtrflowError(error) || code === undefined || syscall === undefined) throw error;
    const got = meanings[code] === undefined ? code : `${meanings[code]} (${code})`;
    throw new DataError(
      `${who}: expected a place that can be written, got ${got}; make room, or name another place`,
      { file },
      { cause: error },
    );
  }
}
