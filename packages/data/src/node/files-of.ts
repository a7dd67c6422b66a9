import { literal } from './database';
import type { Database } from './database';

/** Whether a path is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The files that globs stand for, in the order that they are read. */
export async function filesOf(database: Database, paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (!isGlob(path)) files.push(path);
    else
      for (const { file } of await database.rows(`SELECT file FROM glob(${literal(path)})`)) files.push(file as string);
  }
  return files;
}
