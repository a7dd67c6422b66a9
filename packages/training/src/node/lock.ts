import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, expected } from '@ctrflow/core';

/**
 * Lets one process at a time write a folder. A lock whose process is gone (killed, crashed) is taken over.
 *
 * @returns a function that gives the lock back
 * @throws ConfigError while another process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, '.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (holder !== process.pid && isAlive(holder)) {
        throw new ConfigError(
          expected('run folder', 'a folder that no other training writes', `${folder}, held by process ${holder}`),
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new ConfigError(expected('run folder', 'a free lock', path, 'another process takes it at the same moment'));
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
