/**
 * Lets one training at a time write a folder. Node has no lock that the system gives back when a process dies, so a lock is a file that names its holder, by process id
 * and start. Locks are numbered, and the newest one counts: whoever finds it free makes the next number, which only one can, and never touches a newer one. A lock
 * that is given back stays as a file until the next one is there, so that a number is not given twice.
 */
import { link, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, expected } from '@ctrflow/core';
import { isRunning, ownerText, parseOwner, temporaryName, thisOwner } from '@ctrflow/core/node';
import type { Owner } from '@ctrflow/core/node';

/** How often a holder says that it lives, for those who cannot look after it: processes of other machines. */
const SIGN_MS = 15_000;
/** Without a sign for this long, a holder that cannot be looked after is taken for dead. */
const DEAD_MS = 120_000;

const FREE = 'free';

interface Lock {
  readonly number: number;
  readonly path: string;
}

/**
 * Takes the lock of a folder. That of a process that has ended is taken over.
 *
 * @returns a function that gives the lock back
 * @throws ConfigError while another training holds it, of this process or of another one
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  for (;;) {
    const newest = (await locksIn(folder)).at(-1);
    if (newest !== undefined) await requireFree(folder, newest);
    const number = (newest?.number ?? 0) + 1;
    const path = join(folder, `.lock.${number}`);
    if (!(await create(path, ownerText(thisOwner())))) continue; // another one was faster
    const locks = await locksIn(folder);
    if (locks.at(-1)?.number === number) {
      await Promise.all(locks.filter((lock) => lock.number < number).map((lock) => rm(lock.path, { force: true })));
      return hold(path);
    }
    await rm(path, { force: true }); // what was the newest is long gone
  }
}

function hold(path: string): () => Promise<void> {
  const own = ownerText(thisOwner());
  const sign = setInterval(() => {
    overwrite(path, own).catch(() => undefined); // whoever removed the folder does not need it
  }, SIGN_MS).unref();
  return async () => {
    clearInterval(sign);
    await overwrite(path, FREE.padEnd(own.length)).catch(() => undefined);
  };
}

/** Puts a text of the same length in the place of another in one write, which also tells the time. */
async function overwrite(path: string, text: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.write(text, 0);
  } finally {
    await handle.close();
  }
}

/** Locks, the newest last; `.lock` without a number is one of versions up to 0.1. */
async function locksIn(folder: string): Promise<Lock[]> {
  const names = (await readdir(folder)).filter((name) => /^\.lock(\.[1-9]\d*)?$/.test(name));
  const locks = names.map((name) => ({ number: Number(name.slice('.lock.'.length)), path: join(folder, name) }));
  return locks.sort((one, other) => one.number - other.number);
}

async function requireFree(folder: string, { path }: Lock): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => FREE); // it has just been removed: a newer one is there
  if (text.trim() === FREE) return;
  const holder =
    parseOwner(text) ?? (/^\d+$/.test(text) ? { ...thisOwner(), pid: Number(text), started: 'x' } : undefined);
  if (!(await isHeld(path, holder))) return;
  const isOwn = text === ownerText(thisOwner());
  const who = isOwn ? 'this process' : holder === undefined ? 'an unknown process' : `process ${holder.pid}`;
  const hint = isOwn
    ? 'two trainings need two folders'
    : `wait for it, stop it, or choose another folder; if it has ended, delete ${path}`;
  throw new ConfigError(
    expected('run folder', 'a folder that no other training writes', `${folder}, held by ${who}`, hint),
  );
}

async function isHeld(path: string, holder: Owner | undefined): Promise<boolean> {
  const runs = holder === undefined ? undefined : isRunning(holder);
  if (runs !== undefined) return runs;
  if (path.endsWith('.lock')) return true; // gives no sign
  const mark = temporaryName(path);
  try {
    await writeFile(mark, '');
    const [now, last] = await Promise.all([stat(mark), stat(path)]); // both by the clock of the file system
    return now.mtimeMs - last.mtimeMs < DEAD_MS;
  } finally {
    await rm(mark, { force: true });
  }
}

/** Makes a file with its content at once; false when it is there already. */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await link(temporary, path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      return writeFile(path, text, { flag: 'wx' }); // a file system without links
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
