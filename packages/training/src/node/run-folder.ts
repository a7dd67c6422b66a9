import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ConfigError,
  TrainingError,
  checkFunction,
  checkKnownOptions,
  checkNumber,
  checkSwitch,
  checkText,
  checkTexts,
  expected,
  isCtrflowError,
} from '@ctrflow/core';
import { makeFolder, removeLeftovers, requireReplaceable, writeFileAtomic } from '@ctrflow/core/node';
import { modelFolder, saveModel } from '@ctrflow/model-kit/node';
import type { Checkpoint, RunConfig, RunStore } from '../run-store';
import { checkpointNames, readBest, readCheckpoint, removeCheckpoint, writeBest, writeCheckpoint } from './checkpoints';
import { lockFolder } from './lock';
import { requireSameConfig } from './run-config';
import { eventWriter } from './tensorboard';
import type { EventWriter } from './tensorboard';

/** Options of {@link runFolder}. */
export interface RunFolderOptions {
  /** Goes on where an earlier training of this folder stopped. Default false: a folder that holds a training is refused. */
  readonly resume?: boolean;
  /** Seconds between checkpoints within an epoch. Default 300. */
  readonly checkpointSeconds?: number;
  /** Told about a checkpoint that is damaged when the one before serves. Default `console.warn`. */
  readonly onWarning?: (message: string) => void;
}

const FORMAT = 'ctrflow-run';

/** What a training writes into its folder. */
const runFiles: readonly string[] = ['config.json', 'metrics.jsonl', 'failed-batch.json', 'checkpoints', 'tensorboard', 'model']; // prettier-ignore

/**
 * A folder that keeps a training: `config.json`, `metrics.jsonl` (a line per epoch), `tensorboard/` (the same as event files), `checkpoints/`, and at the end `model/`. Everything is written to a temporary
 * name and renamed, so that a process may end at any moment.
 *
 * @example
 * await fit(model, data, { run: runFolder('runs/deepfm') });
 * @throws ConfigError when the folder already holds a training and `resume` is not set, when files of the user's would be written over, or when another training writes it
 */
export function runFolder(folder: string, options: RunFolderOptions = {}): RunStore {
  checkKnownOptions('runFolder', options, ['resume', 'checkpointSeconds', 'onWarning']);
  const { resume = false, checkpointSeconds = 300, onWarning = console.warn } = options;
  checkSwitch('runFolder', 'resume', resume);
  checkNumber('runFolder', 'checkpointSeconds', checkpointSeconds, { min: 0 });
  checkFunction('runFolder', 'onWarning', onWarning);
  const checkpoints = join(checkText('runFolder', 'folder', folder), 'checkpoints');
  let unlock: (() => Promise<void>) | undefined;
  let events: EventWriter | undefined;
  return {
    checkpointSeconds,
    async open(config) {
      const json = `${JSON.stringify({ format: FORMAT, ...config }, null, 2)}\n`;
      const requireOwn = async (): Promise<readonly string[]> => {
        const names = await requireRunFolder(folder, { resume });
        if (names.length > 0) await requireSameConfig(join(folder, 'config.json'), config);
        return names;
      };
      await requireOwn(); // nothing is written into a folder that is refused
      await makeFolder(folder);
      unlock = await lockFolder(folder);
      const names = await requireOwn();
      await writeFileAtomic(join(folder, 'config.json'), json); // says from now on whose folder it is
      await makeFolder(checkpoints);
      removeLeftovers(checkpoints);
      const checkpoint = await newestIntact(checkpoints, names, onWarning);
      events = await eventWriter(join(folder, 'tensorboard'));
      if (checkpoint !== undefined) {
        const { history, losses } = checkpoint.progress;
        await saveMetrics(folder, history);
        await events.write(history, losses.points);
      }
      return checkpoint;
    },
    saveCheckpoint: (checkpoint) => writeCheckpoint(checkpoints, checkpoint),
    saveBest: (epoch, weights) => writeBest(checkpoints, epoch, weights),
    loadBest: (epoch) => readBest(checkpoints, epoch),
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

/** Options of {@link requireRunFolder}. */
export interface RequireRunFolderOptions {
  /** Whether a training that is there goes on. Default false: it is refused. */
  readonly resume?: boolean;
  /** Names of files that the caller writes beside those of the training. Default none. */
  readonly others?: readonly string[];
}

/**
 * Lets a training write into a folder only where nothing of the user's is written over: none of the names that it writes is there, or they are those of a training.
 *
 * @returns names of the checkpoints that are there, newest first
 * @throws ConfigError naming what is there
 */
export async function requireRunFolder(
  folder: string,
  options: RequireRunFolderOptions = {},
): Promise<readonly string[]> {
  checkText('run folder', 'folder', folder);
  checkKnownOptions('run folder', options, ['resume', 'others']);
  const { resume = false, others = [] } = options;
  checkSwitch('run folder', 'resume', resume);
  checkTexts('run folder', 'others', others);
  const present = await ifThere(() => readdir(folder));
  const checkpoints = await ifThere(() => checkpointNames(join(folder, 'checkpoints')));
  if (!resume && checkpoints.length > 0) {
    const hint = 'resume it (--resume) or choose another folder';
    throw new ConfigError(expected('run folder', 'an empty folder', `${folder}, which holds a training`, hint));
  }
  // Some file systems do not tell cases apart.
  const taken = present.find((name) => [...runFiles, ...others].includes(name.toLowerCase()));
  if (taken !== undefined && checkpoints.length === 0 && !(await isRun(folder))) {
    const hint = `its ${taken} is not of a training: nothing was changed, choose another folder`;
    throw new ConfigError(expected('run folder', 'one without files of the names that it writes', folder, hint));
  }
  await requireReplaceable(join(folder, 'model'), modelFolder);
  return checkpoints;
}

async function ifThere(read: () => Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Versions up to 0.1 wrote no format. */
async function isRun(folder: string): Promise<boolean> {
  try {
    const { format, model, data, fit } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as RunConfig;
    return format === undefined ? [model, data, fit].every((part) => typeof part === 'object') : format === FORMAT;
  } catch {
    return false;
  }
}

async function saveMetrics(folder: string, history: readonly object[]): Promise<void> {
  await writeFileAtomic(join(folder, 'metrics.jsonl'), history.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** The newest checkpoint that is whole. Newer ones that are damaged are removed: no step is saved twice. */
async function newestIntact(
  checkpoints: string,
  names: readonly string[],
  onWarning: (message: string) => void,
): Promise<Checkpoint | undefined> {
  const reasons: string[] = [];
  for (const [i, name] of names.entries()) {
    try {
      const checkpoint = await readCheckpoint(checkpoints, name);
      for (const reason of reasons)
        onWarning(`run folder: a checkpoint is damaged, ${name} serves instead (${reason})`);
      for (const damaged of names.slice(0, i)) await removeCheckpoint(checkpoints, damaged);
      return checkpoint;
    } catch (error) {
      if (!isCtrflowError(error, 'SerializationError')) throw error;
      reasons.push(error.message);
    }
  }
  if (names.length === 0) return undefined;
  const hint = `they are damaged (${reasons[0]}); begin again in another folder`;
  throw new TrainingError(expected('run folder', 'an intact checkpoint', names.join(', '), hint));
}
