import { ConfigError, expected } from '@ctrflow/core';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Lets tables be written into a folder only where none of the names is there, or where all is generated: `truth.json` says so.
 *
 * @throws ConfigError naming the file that would be written over
 */
export async function requireOwnFolder(folder: string, names: readonly string[]): Promise<void> {
  const present = await readdir(folder).catch(() => [] as string[]); // who makes it says why it cannot be
  // Some file systems do not tell cases apart.
  const taken = present.find((name) => names.includes(name.toLowerCase()));
  if (taken === undefined || (await isGenerated(folder))) return;
  const hint = `its ${taken} is not generated, and nothing was changed: choose another folder`;
  throw new ConfigError(expected('datagen', 'a folder without files of the names that are written', folder, hint));
}

async function isGenerated(folder: string): Promise<boolean> {
  try {
    const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    return typeof truth.preset === 'string' && typeof truth.rows === 'number' && typeof truth.bestAuc === 'number';
  } catch {
    return false;
  }
}
