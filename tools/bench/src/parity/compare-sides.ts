import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@ctrflow/data';
import { fit } from '@ctrflow/training';
import { SideProcess } from '../side-process';
import { SkippedError } from '../workload';
import type { ParityRequest } from './arguments';
import { peerFeatures, writeEncoded } from './encoded-files';
import type { parts } from './encoded-files';
import { openParityData } from './open-data';
import { RunLog } from './runs';
import type { ParityRun, SideName } from './runs';
import { requireOwnTables, writeOrder, writeWeights } from './same-start';
import { buildOurs, startPeer, trainingOf } from './sides';

/** Every training of a comparison. */
export interface ParityResult {
  readonly request: ParityRequest;
  readonly rows: Readonly<Record<(typeof parts)[number], number>>;
  readonly features: number;
  readonly runs: readonly ParityRun[];
  /** Why there is no other side. */
  readonly skipped?: string;
}

/** What both sides need to know. */
interface Comparison {
  readonly request: ParityRequest;
  readonly data: Dataset;
  readonly folder: string;
  readonly log: RunLog;
  readonly onProgress: (message: string) => void;
}

/** Trains every model on both sides with every seed, in turn, and tests each. */
export async function compareSides(
  request: ParityRequest,
  onProgress: (message: string) => void,
): Promise<ParityResult> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-parity-'));
  try {
    const data = await openParityData(request.data);
    const features = peerFeatures(data, request.peer === 'none' ? [] : request.models);
    if (request.settings.paired === true) requireOwnTables(request.models, features);
    const rows = await writeEncoded(folder, data, features);
    onProgress(`${rows.train} rows to train, ${rows.valid} to validate, ${rows.test} to test; ${features.length} features`); // prettier-ignore
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ features, rows, ...request.settings })); // prettier-ignore
    const key = digest({ schema: data.schema.fingerprint, rows, settings: request.settings });
    const log = await RunLog.open(request.out === undefined ? undefined : join(request.out, 'runs.jsonl'), key);
    const comparison = { request, data, folder, log, onProgress };
    const runs: ParityRun[] = [];
    let skipped = request.peer === 'none' ? 'not asked for' : undefined;
    for (const model of request.models) {
      const done = await compareModel(model, comparison, skipped === undefined);
      skipped ??= done.skipped;
      runs.push(...done.runs);
    }
    return { request, rows, features: features.length, runs, ...(skipped !== undefined && { skipped }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareModel(
  model: string,
  comparison: Comparison,
  withPeer: boolean,
): Promise<{ runs: readonly ParityRun[]; skipped?: string }> {
  const { request, log, onProgress } = comparison;
  const seeds = Array.from({ length: request.seeds }, (_, i) => i + 1);
  const missing = seeds.some((seed) => log.find(model, 'fuxictr', seed) === undefined);
  const peer = withPeer && missing ? await startPeer(model, comparison.folder, request.threads) : undefined;
  const runs: ParityRun[] = [];
  const finish = async (side: SideName, seed: number, train: () => Promise<ParityRun>): Promise<void> => {
    const known = log.find(model, side, seed);
    const run = known ?? (await train());
    if (known === undefined) await log.add(run);
    onProgress(`${model} seed ${seed} ${side}: test AUC ${run.auc.toFixed(5)}, ${run.epochs} epochs of ${run.secondsPerEpoch.toFixed(2)} s${known === undefined ? '' : ' (earlier)'}`); // prettier-ignore
    runs.push(run);
  };
  try {
    for (const seed of seeds) {
      await finish('ours', seed, () => trainOurs(model, seed, comparison));
      if (withPeer && !(peer instanceof SkippedError))
        await finish('fuxictr', seed, () => trainPeer(model, seed, peer!, comparison));
    }
  } finally {
    if (peer instanceof SideProcess) await peer.stop();
  }
  return { runs, ...(peer instanceof SkippedError && { skipped: peer.message }) };
}

async function trainOurs(model: string, seed: number, { request, data }: Comparison): Promise<ParityRun> {
  const { settings, threads } = request;
  const built = buildOurs(model, data, settings, seed);
  const result = await fit(built, data, trainingOf(settings, seed, threads));
  const run = {
    ...{ model, side: 'ours' as const, seed },
    ...{ auc: result.test!.auc, logLoss: result.test!.logLoss, validAuc: result.valid!.auc },
    ...{ epochs: result.epochs, secondsPerEpoch: result.seconds / result.epochs, parameters: built.numParameters },
  };
  built.dispose();
  return run;
}

async function trainPeer(model: string, seed: number, peer: SideProcess, comparison: Comparison): Promise<ParityRun> {
  if (comparison.request.settings.paired === true) await writeStart(model, seed, comparison);
  const measured = (await peer.ask({ seed })) as Omit<ParityRun, 'model' | 'side' | 'seed'>;
  return { model, side: 'fuxictr', seed, ...measured };
}

/** Weights and orders of our side for the peer. */
async function writeStart(model: string, seed: number, { request, data, folder }: Comparison): Promise<void> {
  const { settings } = request;
  const built = buildOurs(model, data, settings, seed);
  await writeWeights(built, folder);
  await writeOrder(folder, seed, settings.epochs, data.train.numRows);
  built.dispose();
}

function digest(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
