/** Names of temporary files and folders say whose they are, so that what a killed process left behind can be removed. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning, ownerText, parseOwner, thisOwner } from './owner';

/** Ending of what was moved aside until its replacement stands. */
const RETIRED = '.old';

const BESIDE = /^\.(.+)\.ctrflow-([0-9a-fx-]+)-[0-9a-f]{8}\.tmp(\.old)?$/;
const IN_TMP = /^ctrflow-[a-z]+-([0-9a-fx-]+)-[0-9a-f]{8}$/;

/** A name beside `path`, for what will take its place. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.ctrflow-${ownerText(thisOwner())}-${random()}.tmp`);
}

/** A name for what stood at `path` until `temporary` takes its place. */
export function retiredName(temporary: string): string {
  return temporary + RETIRED;
}

/** Whether a name is one of {@link temporaryName}. */
export function isTemporaryName(name: string): boolean {
  return BESIDE.test(name);
}

/**
 * Makes a folder for temporary files, and removes those of processes that have ended.
 *
 * @param purpose - a word of lower-case letters for its name, `ctrflow-data-...`
 * @param folder - where. Default: the system's folder for temporary files
 * @throws NodeJS.ErrnoException when it cannot be made
 */
export function makeTemporaryFolder(purpose: string, folder: string = tmpdir()): string {
  for (const name of namesIn(folder)) if (isLeft(IN_TMP.exec(name)?.[1])) remove(join(folder, name));
  const path = join(folder, `ctrflow-${purpose}-${ownerText(thisOwner())}-${random()}`);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/**
 * Removes what processes that have ended left half-written in a folder. A folder that was moved aside and whose replacement never came goes back to its place.
 */
export function removeLeftovers(folder: string): void {
  const left = namesIn(folder).flatMap((name) => {
    const [, target, owner, retired] = BESIDE.exec(name) ?? [];
    return isLeft(owner) ? [{ path: join(folder, name), target: join(folder, target), retired: retired === RETIRED }] : [];
  }); // prettier-ignore
  for (const { path, target, retired } of left) {
    if (retired && !existsSync(target)) move(path, target);
    else remove(path);
  }
}

function isLeft(owner: string | undefined): boolean {
  const process = owner === undefined ? undefined : parseOwner(owner);
  return process !== undefined && isRunning(process) === false;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // whoever writes there says why it cannot be
  }
}

/** Another process may do the same at this moment. */
function move(from: string, to: string): void {
  quietly(() => {
    renameSync(from, to);
  });
}

function remove(path: string): void {
  quietly(() => {
    rmSync(path, { recursive: true, force: true });
  });
}

/** What cannot be cleared away is in nobody's way. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // See above.
  }
}

function random(): string {
  return randomUUID().slice(0, 8);
}
