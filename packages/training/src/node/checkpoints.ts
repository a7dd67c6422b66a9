/** Checkpoints in a folder: each is written as a whole, carries checksums of all it needs, and the one before serves when it is damaged. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SerializationError, emptyRecord, isCtrflowError, recordOf } from '@ctrflow/core';
import { writeFileAtomic, writeFolderAtomic } from '@ctrflow/core/node';
import type { FolderKind } from '@ctrflow/core/node';
import { readSafetensors, writeSafetensors } from '@ctrflow/embeddings/node';
import type { Arrays, Checkpoint, TrainingProgress } from '../run-store';

/** Complete checkpoints that are kept: if the newest is damaged, the one before serves. */
const KEPT = 2;

const PROGRESS = 'progress.json';
const STATE = 'state.safetensors';
const FILES = [PROGRESS, STATE] as const;

/** A damaged checkpoint is written again under its name. */
const checkpointKind: FolderKind = { what: 'a checkpoint', filesOf: () => Promise.resolve(FILES) };

/** What `progress.json` says; versions up to 0.1 have no `checksums`. */
interface StoredProgress {
  /** Of the text `progress`. */
  readonly sha256: string;
  readonly progress: string;
  /** Of the file of the state and that of the best weights, by name. */
  readonly checksums?: Readonly<Record<string, string>>;
}

/** Names of complete checkpoints, newest first: an end of epoch comes after what was saved at the same step before. */
export async function checkpointNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^step-\d+-(mid|end)$/.test(name));
  const rank = (name: string): string => name.replace('mid', '0').replace('end', '1');
  return names.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

/** Writes a checkpoint and removes those that are not needed any more. */
export async function writeCheckpoint(folder: string, { progress, arrays }: Checkpoint): Promise<void> {
  const name = `step-${String(progress.step).padStart(12, '0')}-${progress.batch === 0 ? 'end' : 'mid'}`;
  const best = bestFiles(folder, progress);
  await writeFolderAtomic(join(folder, name), checkpointKind, async (into) => {
    await writeSafetensors(join(into, STATE), { tensors: arrays, metadata: emptyRecord() });
    const text = JSON.stringify(progress);
    const checksums = recordOf(await Promise.all([join(into, STATE), ...best].map(checksumOf)));
    const stored: StoredProgress = { sha256: sha256(text), progress: text, checksums };
    await writeFileAtomic(join(into, PROGRESS), JSON.stringify(stored));
  });
  await dropOld(folder, progress);
}

/**
 * Reads a checkpoint, and looks at the best weights that belong to it.
 *
 * @throws SerializationError when anything of it is damaged or missing
 */
export async function readCheckpoint(folder: string, name: string): Promise<Checkpoint> {
  const state = join(folder, name, STATE);
  try {
    const { progress, checksums } = await readProgress(join(folder, name));
    const best = bestFiles(folder, progress);
    for (const file of [state, ...best]) {
      const [named, digest] = await checksumOf(file);
      if (digest !== (checksums?.[named] ?? digest)) throw new SerializationError(`${file}: expected the checksum that was saved, got another one`); // prettier-ignore
    }
    for (const file of checksums === undefined ? best : []) await readSafetensors(file);
    return { progress, arrays: (await readSafetensors(state)).tensors };
  } catch (error) {
    throw asDamage(error, join(folder, name));
  }
}

/** Removes a checkpoint; what somebody put beside its files stays. */
export async function removeCheckpoint(folder: string, name: string): Promise<void> {
  await Promise.all(FILES.map((file) => rm(join(folder, name, file), { recursive: true, force: true })));
  await rmdir(join(folder, name)).catch(() => undefined);
}

/** Keeps the best weights of an epoch. */
export async function writeBest(folder: string, epoch: number, weights: Arrays): Promise<void> {
  await writeSafetensors(bestFile(folder, epoch), { tensors: weights, metadata: emptyRecord() });
}

/** The best weights of an epoch. */
export async function readBest(folder: string, epoch: number): Promise<Arrays> {
  return (await readSafetensors(bestFile(folder, epoch))).tensors;
}

async function readProgress(
  checkpoint: string,
): Promise<{ readonly progress: TrainingProgress; readonly checksums: StoredProgress['checksums'] }> {
  const path = join(checkpoint, PROGRESS);
  const {
    sha256: digest,
    progress,
    checksums,
  } = (JSON.parse(await readFile(path, 'utf8')) ?? {}) as Partial<StoredProgress>;
  if (typeof progress !== 'string' || sha256(progress) !== digest)
    throw new SerializationError(`${path}: expected the checksum that was saved, got another one`);
  return { progress: JSON.parse(progress) as TrainingProgress, checksums };
}

/** What a file system says of a file that is damaged or gone. */
const damages: readonly string[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EIO'];

function asDamage(error: unknown, checkpoint: string): unknown {
  if (isCtrflowError(error, 'SerializationError')) return error;
  const isDamage = error instanceof SyntaxError || damages.includes((error as NodeJS.ErrnoException).code ?? '');
  if (!isDamage) return error;
  return new SerializationError(`${checkpoint}: expected a whole checkpoint, got: ${(error as Error).message}`, { cause: error }); // prettier-ignore
}

async function dropOld(folder: string, { bestEpoch }: TrainingProgress): Promise<void> {
  const names = await checkpointNames(folder);
  const bests = (await readdir(folder)).filter((name) => /^best-\d+\.safetensors$/.test(name));
  // The best of an epoch that is not in the kept checkpoints yet may be needed by none of them; older bests may.
  const needed = new Set([`best-${bestEpoch}.safetensors`, ...(await bestsOf(folder, names.slice(0, KEPT)))]);
  const unneeded = bests.filter((name) => !needed.has(name) && Number(/\d+/.exec(name)?.[0]) < bestEpoch);
  await Promise.all(names.slice(KEPT).map((name) => removeCheckpoint(folder, name)));
  await Promise.all(unneeded.map((name) => rm(join(folder, name), { force: true })));
}

/** Names of the best weights that checkpoints point to; a damaged one points to none. */
async function bestsOf(folder: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const stored = await readProgress(join(folder, name)).catch(() => undefined);
      return stored === undefined ? [] : bestFiles(folder, stored.progress);
    }),
  );
  return found.flat().map((file) => basename(file));
}

/** The file of the best weights, as soon as there are any. */
function bestFiles(folder: string, { bestEpoch }: TrainingProgress): string[] {
  return bestEpoch > 0 ? [bestFile(folder, bestEpoch)] : [];
}

function bestFile(folder: string, epoch: number): string {
  return join(folder, `best-${epoch}.safetensors`);
}

async function checksumOf(path: string): Promise<readonly [name: string, sha256: string]> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return [basename(path), hash.digest('hex')];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
