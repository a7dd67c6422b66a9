import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from '@ctrflow/backends';
import type { Dataset } from '@ctrflow/data';
import type { CtrModel } from '@ctrflow/model-kit';
import { fit } from '@ctrflow/training';
import { SideProcess } from '../side-process';
import { alignColumns } from '../table';
import type { ParityRequest } from './arguments';
import { peerFeatures, writeEncoded } from './encoded-files';
import { openParityData } from './open-data';
import { requireOwnTables, writeWeights } from './same-start';
import { buildOurs, startPeer, trainingOf } from './sides';

/** Losses of the first {@link JUDGED} steps may differ by this share of the loss, some roundings to float32. A forgotten decay makes 6e-6 or more of it. */
export const TOLERANCE = 2e-6;

/** Or by so many times what float32 makes of FuxiCTR's own losses, as long as that is no more than this: beyond it they are cut off, and say nothing. */
export const ROUNDINGS = { times: 4, most: 1e-3 } as const;

/** Steps that are judged: roundings grow from step to step, in models with normalized layers tenfold in two of them. */
export const JUDGED = 5;

/** What both sides said at every step. */
export interface LockstepRun {
  readonly model: string;
  readonly parameters: number;
  readonly ours: readonly number[];
  /** In float64. */
  readonly fuxictr: readonly number[];
  /** FuxiCTR's in float32: how far apart roundings alone drive this model. */
  readonly single: readonly number[];
}

/** Every model of a comparison in lock step. */
export interface LockstepResult {
  readonly rows: number;
  readonly steps: number;
  readonly runs: readonly LockstepRun[];
  /** Why there is no other side. */
  readonly skipped?: string;
}

/** Rows that are read where the command line gives no limit: all of them are one batch. */
const ROWS = 5000;

/**
 * Trains both sides from the same initial weights, ours, on one batch of all training rows without dropout, and compares the loss of every step: nothing is random, so that a
 * difference of more than roundings is one of the model, its loss, its decay, its clipping or its optimizer.
 */
export async function runLockstep(
  request: ParityRequest,
  steps: number,
  onProgress: (message: string) => void,
): Promise<LockstepResult> {
  await loadBackend();
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-lockstep-'));
  try {
    const data = await openParityData({ ...request.data, limit: request.data.limit ?? ROWS });
    const features = peerFeatures(data, request.models);
    requireOwnTables(request.models, features);
    const rows = await writeEncoded(folder, data, features);
    const settings = { ...request.settings, dropout: 0, batchSize: rows.train, epochs: steps, constantRate: true };
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ features, rows, ...settings }));
    const runs: LockstepRun[] = [];
    for (const model of request.models) {
      const peer = await startPeer(model, folder, request.threads);
      if (!(peer instanceof SideProcess)) return { rows: rows.train, steps, runs, skipped: peer.message };
      try {
        const built = buildOurs(model, data, settings, 1);
        await writeWeights(built, folder);
        const ours = await lossesOf(built, data, { ...request, settings });
        const theirs = async (double: boolean) => (await peer.ask({ steps, double })) as readonly number[];
        const [fuxictr, single] = [await theirs(true), await theirs(false)];
        runs.push({ model, parameters: built.numParameters, ours, fuxictr, single });
        onProgress(`${model}: ${steps} steps, loss ${fuxictr[0].toFixed(4)} to ${fuxictr.at(-1)!.toFixed(4)}`);
        built.dispose();
      } finally {
        await peer.stop();
      }
    }
    return { rows: rows.train, steps, runs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lossesOf(model: CtrModel, data: Dataset, { settings, threads }: ParityRequest): Promise<number[]> {
  const losses: number[] = [];
  const onEpochEnd = ({ trainLoss }: { readonly trainLoss: number }): undefined => {
    losses.push(trainLoss);
  };
  await fit(model, data, { ...trainingOf(settings, 1, threads), callbacks: [{ onEpochEnd }] });
  return losses;
}

/** A comparison as a table for people. */
export function renderLockstep({ rows, steps, runs, skipped }: LockstepResult): string {
  const judged = Math.min(JUDGED, steps);
  const titles = ['model', 'parameters', 'first loss', 'last, ours', 'FuxiCTR', `difference, ${judged} steps`, 'of roundings', 'all', '']; // prettier-ignore
  const lines = runs.map((run) => [
    ...[run.model, run.parameters.toLocaleString('en-US')],
    ...[run.ours[0], run.ours.at(-1)!, run.fuxictr.at(-1)!].map((loss) => loss.toFixed(6)),
    ...[largestDifference(run, judged), ofRoundings(run), largestDifference(run, steps)].map((share) => share.toExponential(1)), // prettier-ignore
    inStep(run) ? 'in step' : 'NOT in step',
  ]);
  const head = `loss of ${steps} steps from the same weights on one batch of ${rows} rows; largest difference as a share of the loss`;
  const tail = skipped === undefined ? [] : [`FuxiCTR was left out: ${skipped}`];
  return `${[head, ...alignColumns([titles, ...lines]), ...tail].join('\n')}\n`;
}

/** Largest difference of the first steps, as a share of the peer's loss. */
export function largestDifference({ ours, fuxictr }: Pick<LockstepRun, 'ours' | 'fuxictr'>, steps: number): number {
  return Math.max(...ours.slice(0, steps).map((loss, i) => Math.abs(loss - fuxictr[i]) / fuxictr[i]));
}

/** The same of the peer in float32 beside itself in float64. */
export function ofRoundings({ single, fuxictr }: Pick<LockstepRun, 'single' | 'fuxictr'>): number {
  return largestDifference({ ours: single, fuxictr }, JUDGED);
}

/** Whether the sides said the same but for roundings; not where a loss is no number. */
export function inStep(run: LockstepRun): boolean {
  const roundings = ofRoundings(run);
  const allowed = roundings > ROUNDINGS.most ? TOLERANCE : Math.max(TOLERANCE, ROUNDINGS.times * roundings);
  return largestDifference(run, JUDGED) <= allowed;
}
