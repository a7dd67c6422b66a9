import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { ConfigError, expected } from '../errors';

/**
 * Refuses to write over what is read: the same file, however its path is spelt, behind a link, or under a second name on the disk (a hard link). What is no regular file (`/dev/stdout`) is no file to lose.
 *
 * @param who - names the output in the message
 * @param inputs - paths; those that are not there are left to whoever reads them
 * @throws ConfigError naming the input
 */
export async function requireNotInput(who: string, output: string, inputs: Iterable<string>): Promise<void> {
  const written = await identityOf(output);
  if (written === undefined) return;
  for (const input of inputs) {
    if ((await identityOf(input)) !== written) continue;
    const hint = `${input === output ? 'it is read' : `it is the same file as ${input}, which is read`}: name another one`;
    throw new ConfigError(expected(who, 'a file that is not an input', output, hint));
  }
}

/**
 * Refuses to replace a folder that something is read from, however the paths are spelt.
 *
 * @param who - names the output in the message
 * @param inputs - paths; those that are not there are left to whoever reads them
 * @throws ConfigError naming the input
 */
export async function requireNotInside(who: string, folder: string, inputs: Iterable<string>): Promise<void> {
  const replaced = await realpath(folder).catch(() => undefined);
  if (replaced === undefined) return;
  for (const input of inputs) {
    const place = await realpath(input).catch(() => undefined);
    if (place === undefined || !(place + sep).startsWith(replaced + sep)) continue;
    const hint = `${input} is read and lies in it, and the folder is replaced: copy the file elsewhere, or name another folder`;
    throw new ConfigError(expected(who, 'a folder without inputs', folder, hint));
  }
}

/** The same for every path to a file. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? `${found.dev}:${found.ino}` : undefined;
}
