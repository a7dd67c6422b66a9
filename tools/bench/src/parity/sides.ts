import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@ctrflow/data';
import type { CtrModel } from '@ctrflow/model-kit';
import { adam } from '@ctrflow/training';
import type { FitOptions } from '@ctrflow/training';
import { modelFactory } from '@ctrflow/zoo';
import { loadEngine } from '../engines';
import { SideProcess } from '../side-process';
import { SkippedError } from '../workload';
import { parityModels } from './settings';
import type { ParitySettings } from './settings';

/** Our side of a comparison. */
export function buildOurs(model: string, { schema }: Dataset, settings: ParitySettings, seed: number): CtrModel {
  return modelFactory(model)(schema, { ...parityModels[model](settings), seed });
}

/** How our side is trained: by the rules of the peer. */
export function trainingOf(settings: ParitySettings, seed: number, threads: number): FitOptions {
  const { learningRate, batchSize, clipNorm, epochs, constantRate, l2Embedding, l2Net } = settings;
  const plateau = { kind: 'plateau', factor: 0.1, minFactor: Math.min(1, 1e-6 / learningRate) } as const;
  return {
    ...{ seed, batchSize, epochs, optimizer: adam(learningRate), clipNorm, monitor: 'auc' },
    patience: constantRate ? epochs : settings.patience,
    tableOptimizer: { kind: 'dense-adam', l2: l2Embedding },
    l2: { embedding: l2Embedding, net: l2Net },
    schedule: constantRate ? { kind: 'constant' } : plateau,
    engine: loadEngine('compiled', threads),
  };
}

/** The peer as a process that answers for one model; the rows and `settings.json` are in the folder. */
export async function startPeer(model: string, folder: string, threads: number): Promise<SideProcess | SkippedError> {
  const scratch = join(folder, model);
  await mkdir(scratch, { recursive: true });
  const settings = { workload: 'parity', sizes: {}, mode: 'train', variant: model, threads, folder, scratch };
  const spec = { label: `fuxictr ${model}`, language: 'python', script: 'parity', variant: model } as const;
  try {
    return await SideProcess.start(spec, settings, undefined);
  } catch (error) {
    if (error instanceof SkippedError) return error;
    throw error;
  }
}
