import { createHash } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, SerializationError, TrainingError, expected, isCtrflowError } from '@ctrflow/core';
import { makeFolder, writeFileAtomic, writeFolderAtomic } from '@ctrflow/core/node';
import type { FolderKind } from '@ctrflow/core/node';
import { readSafetensors, writeSafetensors } from '@ctrflow/embeddings/node';
import { saveModel } from '@ctrflow/model-kit/node';
import type { Checkpoint, RunConfig, RunStore, TrainingProgress } from '../run-store';
import { lockFolder } from './lock';
import { eventWriter } from './tensorboard';
import type { EventWriter } from './tensorboard';

/** Options of {@link runFolder}. */
export interface RunFolderOptions {
  /** Goes on where an earlier training of this folder stopped. Default false: a folder that holds a training is refused. */
  readonly resume?: boolean;
  /** Seconds between checkpoints within an epoch. Default 300. */
  readonly checkpointSeconds?: number;
}

/** Complete checkpoints that are kept: if the newest is damaged, the one before serves. */
const KEPT = 2;

/** A damaged checkpoint is written again under its name. */
const checkpointFolder: FolderKind = {
  what: 'a checkpoint',
  filesOf: () => Promise.resolve(['progress.json', 'state.safetensors']),
};

/**
 * A folder that keeps a training: `config.json`, `metrics.jsonl` (a line per epoch), `tensorboard/` (the same as event files), `checkpoints/`, and at the end `model/`. Everything is written to a temporary
 * name and renamed, so that a process may end at any moment.
 *
 * @example
 * await fit(model, data, { run: runFolder('runs/deepfm') });
 * @throws ConfigError when the folder already holds a training and `resume` is not set
 */
export function runFolder(
  folder: string,
  { resume = false, checkpointSeconds = 300 }: RunFolderOptions = {},
): RunStore {
  const checkpoints = join(folder, 'checkpoints');
  let unlock: (() => Promise<void>) | undefined;
  let events: EventWriter | undefined;
  return {
    checkpointSeconds,
    async open(config) {
      await makeFolder(checkpoints);
      unlock = await lockFolder(folder);
      const names = await checkpointNames(checkpoints);
      if (!resume && names.length > 0) {
        const hint = 'resume it (--resume) or choose another folder';
        throw new ConfigError(expected('run folder', 'an empty folder', `${folder}, which holds a training`, hint));
      }
      const json = `${JSON.stringify(config, null, 2)}\n`;
      if (names.length > 0) await requireSameConfig(folder, json, config);
      await writeFileAtomic(join(folder, 'config.json'), json);
      const checkpoint = await newestIntact(checkpoints, names);
      events = await eventWriter(join(folder, 'tensorboard'));
      if (checkpoint !== undefined) {
        const { history, losses } = checkpoint.progress;
        await saveMetrics(folder, history);
        await events.write(history, losses.points);
      }
      return checkpoint;
    },
    async saveCheckpoint({ progress, arrays }) {
      const name = `step-${String(progress.step).padStart(12, '0')}-${progress.batch === 0 ? 'end' : 'mid'}`;
      await writeFolderAtomic(join(checkpoints, name), checkpointFolder, async (into) => {
        await writeSafetensors(join(into, 'state.safetensors'), { tensors: arrays, metadata: {} });
        const text = JSON.stringify(progress);
        await writeFileAtomic(join(into, 'progress.json'), JSON.stringify({ sha256: sha256(text), progress: text }));
      });
      await dropOld(checkpoints, progress);
    },
    saveBest: (epoch, weights) => writeSafetensors(bestFile(checkpoints, epoch), { tensors: weights, metadata: {} }),
    loadBest: async (epoch) => (await readSafetensors(bestFile(checkpoints, epoch))).tensors,
    async saveMetrics(history, losses) {
      await saveMetrics(folder, history);
      await events?.write(history, losses);
    },
    async saveFailedBatch(batch, { epoch, batch: index, step }) {
      const path = join(folder, 'failed-batch.json');
      // JSON has no NaN and no infinity: they are written as texts, for they are what somebody looks for here.
      const plain = (_: string, value: unknown): unknown =>
        ArrayBuffer.isView(value)
          ? Array.from(value as Float32Array, (x) => (Number.isFinite(x) ? x : String(x)))
          : value;
      await writeFileAtomic(path, `${JSON.stringify({ epoch, batch: index + 1, step, rows: batch }, plain)}\n`);
      return path;
    },
    saveModel: (model) => saveModel(model, join(folder, 'model')),
    async close() {
      await unlock?.();
      unlock = undefined;
    },
  };
}

async function saveMetrics(folder: string, history: readonly object[]): Promise<void> {
  await writeFileAtomic(join(folder, 'metrics.jsonl'), history.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

async function requireSameConfig(folder: string, json: string, config: RunConfig): Promise<void> {
  const before = await readFile(join(folder, 'config.json'), 'utf8');
  if (before === json) return;
  const old = parseConfig(folder, before);
  const normalized = JSON.parse(json) as RunConfig;
  const differs = Object.keys(config).filter((part) => JSON.stringify(old[part]) !== JSON.stringify(normalized[part]));
  const hint = `${differs.join(' and ')} differ from ${join(folder, 'config.json')}; a run is resumed with the options that began it`;
  throw new TrainingError(expected('run folder', 'the training that began here', 'another one', hint));
}

function parseConfig(folder: string, text: string): RunConfig {
  try {
    return JSON.parse(text) as RunConfig;
  } catch (error) {
    const hint = 'the file is damaged; begin again in another folder';
    throw new SerializationError(`${join(folder, 'config.json')}: expected JSON, got damaged text; ${hint}`, {
      cause: error,
    });
  }
}

/** Names of complete checkpoints, newest first: an end of epoch comes after what was saved at the same step before. */
async function checkpointNames(checkpoints: string): Promise<string[]> {
  const names = (await readdir(checkpoints)).filter((name) => /^step-\d+-(mid|end)$/.test(name));
  const rank = (name: string): string => name.replace('mid', '0').replace('end', '1');
  return names.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

async function newestIntact(checkpoints: string, names: readonly string[]): Promise<Checkpoint | undefined> {
  for (const name of names) {
    try {
      return await readCheckpoint(join(checkpoints, name));
    } catch (error) {
      if (!isCtrflowError(error, 'SerializationError') && !(error instanceof SyntaxError)) throw error;
    }
  }
  if (names.length === 0) return undefined;
  const hint = 'they are damaged; begin again in another folder';
  throw new TrainingError(expected('run folder', 'an intact checkpoint', names.join(', '), hint));
}

async function readCheckpoint(folder: string): Promise<Checkpoint> {
  const stored = JSON.parse(await readFile(join(folder, 'progress.json'), 'utf8')) as {
    sha256: string;
    progress: string;
  };
  if (sha256(stored.progress) !== stored.sha256) throw new SyntaxError('progress.json is damaged');
  const { tensors } = await readSafetensors(join(folder, 'state.safetensors'));
  return { progress: JSON.parse(stored.progress) as TrainingProgress, arrays: tensors };
}

async function dropOld(checkpoints: string, { bestEpoch }: TrainingProgress): Promise<void> {
  const old = (await checkpointNames(checkpoints)).slice(KEPT);
  const bests = (await readdir(checkpoints)).filter((name) => /^best-\d+\.safetensors$/.test(name));
  // The best of an epoch that is not in the kept checkpoints yet may be needed by none of them; older bests may.
  const needed = new Set([`best-${bestEpoch}.safetensors`, ...(await bestsOf(checkpoints, old))]);
  const unneeded = bests.filter((name) => !needed.has(name) && Number(/\d+/.exec(name)?.[0]) < bestEpoch);
  await Promise.all([...old, ...unneeded].map((name) => rm(join(checkpoints, name), { recursive: true, force: true })));
}

/** Files of best weights that the kept checkpoints point to. */
async function bestsOf(checkpoints: string, dropped: readonly string[]): Promise<string[]> {
  const kept = (await checkpointNames(checkpoints)).filter((name) => !dropped.includes(name));
  return Promise.all(
    kept.map(async (name) => {
      const { progress } = JSON.parse(await readFile(join(checkpoints, name, 'progress.json'), 'utf8')) as {
        progress: string;
      };
      return `best-${(JSON.parse(progress) as TrainingProgress).bestEpoch}.safetensors`;
    }),
  );
}

function bestFile(checkpoints: string, epoch: number): string {
  return join(checkpoints, `best-${epoch}.safetensors`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
