import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBackend } from '@ctrflow/backends';
import { ConfigError, expected, recordOf } from '@ctrflow/core';
import { tryFolder, writeFileAtomic } from '@ctrflow/core/node';
import type { FeatureSchema } from '@ctrflow/features';
import { loadModel } from '@ctrflow/model-kit/node';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { requireRunFolder } from '@ctrflow/training/node';
import { modelFactories } from '@ctrflow/zoo';
import { renderConfigFile } from '../args/config-file';
import { kebabCase } from '../output/format';
import { shellCommand } from '../output/shell-command';
import type { RunSummary } from './summary';

/** Options that began a run, as a config file: `--config RUN/options.yaml --resume` goes on with it. */
export const optionsFile = 'options.yaml';

/** Options that are about one call rather than about the training. */
const passing = ['resume', 'json', 'quiet'];

/** What stands in a run's folder beside what the training writes. */
const besideTraining = [optionsFile, 'summary.json', 'schema.json', 'report.html'];

/** What a comparison writes beside its runs. */
const besideRuns = [optionsFile, 'report.html'];

/**
 * Refuses the folder of a run before anything is read: one that cannot be made, that holds a training unless it goes on, or in which files of the user's would be written over.
 *
 * @throws ConfigError naming what is there
 */
export async function requireRunsFolder(folder: string, resume = false): Promise<void> {
  await tryFolder(folder);
  await requireRunFolder(folder, { resume, others: besideTraining });
}

/**
 * As {@link requireRunsFolder} for a comparison, which has a run in a folder of each model's name.
 *
 * @throws ConfigError naming what is there
 */
export async function requireComparisonFolder(
  folder: string,
  models: readonly string[],
  resume = false,
): Promise<void> {
  await tryFolder(folder);
  for (const model of models) await requireRunsFolder(join(folder, model), resume);
  const present = (await exists(folder)) ? await readdir(folder) : [];
  const taken = present.find((name) => besideRuns.includes(name.toLowerCase())); // some file systems do not tell cases apart
  if (resume || taken === undefined) return;
  const hint = `its ${taken} would be written over: go on with what began there (--resume), or choose another folder`;
  throw new ConfigError(expected('comparison', 'a folder without files of the names that it writes', folder, hint));
}

/** Keeps the options that began a run. */
export async function saveOptions(folder: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  const kept = Object.entries(options).filter(([name, value]) => value !== undefined && !passing.includes(name));
  await writeFileAtomic(
    join(folder, optionsFile),
    renderConfigFile(recordOf(kept.map(([name, value]) => [kebabCase(name), value]))),
  );
}

/** Keeps what a finished run came to, and its schema where people look for it. */
export async function saveSummary(folder: string, summary: RunSummary, schema: FeatureSchema): Promise<void> {
  await writeFileAtomic(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFileAtomic(join(folder, 'schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
}

/** Loads the model of a run, given the run's folder or the model's own. */
export async function loadRun(folder: string): Promise<CtrModel> {
  const inside = join(folder, 'model');
  const isRun = await exists(join(inside, 'model.json'));
  if (!isRun && !(await exists(folder)))
    throw new ConfigError(expected('run', 'the folder of a run', folder, 'it does not exist: check the path'));
  if (!isRun && (await exists(join(folder, 'checkpoints'))))
    throw new ConfigError(expected('run', 'a finished run', folder, `finish it: ${resumeCommand(folder, 'train')}`));
  await loadBackend(); // weights live on a backend
  return loadModel(isRun ? inside : folder, Object.values(modelFactories) as unknown as ModelFactory<never>[]);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** How to go on with an interrupted training, or with an interrupted comparison. */
export function resumeHint(folder: string | undefined, command: 'train' | 'compare' = 'train'): string {
  if (folder === undefined) return 'Interrupted. Nothing was kept: give --out FOLDER to keep a training.\n';
  return `Interrupted and saved. Go on with: ${resumeCommand(folder, command)}\n`;
}

/** The command that repeats what a folder holds. */
export function repeatCommand(command: 'train' | 'compare', folder: string): string {
  return shellCommand(['ctrflow', command, '--config', join(folder, optionsFile), '--out', 'ANOTHER-FOLDER']);
}

function resumeCommand(folder: string, command: 'train' | 'compare'): string {
  return shellCommand(['ctrflow', command, '--config', join(folder, optionsFile), '--resume']);
}
