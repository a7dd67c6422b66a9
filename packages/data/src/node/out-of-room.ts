/** DuckDB keeps what does not fit its memory limit in the folder for temporary files: where either is full, its messages do not say what to do. */
import { tmpdir } from 'node:os';
import { DataError, expected } from '@ctrflow/core';

/** What DuckDB says when the disk, or its own limit of it, is full. */
const FULL_DISK = /failed to offload data block|No space left on device|max_temp_directory_size/;

/** What it says when one piece of work does not fit the memory limit. */
const FULL_MEMORY = 'Out of Memory Error';

/** The error of a query that had no room, with what to do; any other error as it is. */
export function withoutRoom(error: unknown): unknown {
  const reason = error instanceof Error ? error.message.split('\n')[0] : '';
  if (FULL_DISK.test(reason)) {
    const hint = `make room there, set TMPDIR to a folder with more of it, or raise memoryLimit (${reason})`;
    return new DataError(expected('database', 'room for temporary files', `none left in ${tmpdir()}`, hint), {}, { cause: error }); // prettier-ignore
  }
  if (!reason.startsWith(FULL_MEMORY)) return error;
  return new DataError(expected('database', 'a memory limit that suffices', reason, 'raise memoryLimit, or lower threads'), {}, { cause: error }); // prettier-ignore
}

/** Runs a query. */
export async function withRoom<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    throw withoutRoom(error);
  }
}
