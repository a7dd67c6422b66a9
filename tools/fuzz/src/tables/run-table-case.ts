import { join } from 'node:path';
import { openDataset, openRows } from '@ctrflow/data/node';
import type { OpenDatasetOptions, Source } from '@ctrflow/data/node';
import type { Dataset, RowSource } from '@ctrflow/data';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { loadModel, saveModel } from '@ctrflow/model-kit/node';
import { adagrad, adam, adamW, compiledEngine, eagerEngine, evaluate, fit, predict, sgd } from '@ctrflow/training';
import type { FitOptions, StepEngine } from '@ctrflow/training';
import { createModel, modelFactories } from '@ctrflow/zoo';
import { Finding, refusalOf } from '../outcome';
import type { Outcome } from '../outcome';
import { columnsOf, declaration, roles } from './declaration';
import { exportedScores } from './exported-scores';
import type { TableCase } from './table-case';
import { tableSource } from './write-table';

/** What may lie between two ways of computing a probability in float32. */
const TOLERANCE = 1e-4;

const engines: Readonly<Record<TableCase['engine'], StepEngine>> = {
  compiled: compiledEngine({ threads: 1 }),
  eager: eagerEngine(),
};

/**
 * Opens a table, trains on it, evaluates, predicts, saves, loads, predicts again and exports, as a user would, and compares what must be equal: the scores of the loaded model, of
 * the other engine, and of the exported files in ONNX Runtime.
 *
 * @throws Finding when something is wrong that is not the user's doing
 */
export async function runTableCase(drawn: TableCase, folder: string): Promise<Outcome> {
  try {
    const source = await tableSource(columnsOf(drawn), drawn.format, folder);
    const data = await openDataset(source, openOptions(drawn));
    const model = createModel(drawn.model, data.schema, { embeddingDim: drawn.embeddingDim, seed: 7, embeddingStdDev: 0.1 });
    try {
      await fit(model, data, fitOptions(drawn));
      return { kind: 'finished', did: await compareAll(drawn, source, data, model, folder) };
    } finally {
      model.dispose();
    }
  } catch (error) {
    return refusalOf(error);
  }
} // prettier-ignore

async function compareAll(
  drawn: TableCase,
  source: Source,
  data: Dataset,
  model: CtrModel,
  folder: string,
): Promise<string> {
  const { engine, open } = drawn;
  const partial = open.onBadRow === 'skip' || open.limit !== undefined; // which rows were read is not known here
  const rows = partial ? data.train : await openRows(source, data.schema);
  const scores = await scoresOf(model, rows, engines[engine]);
  requireProbabilities(scores);
  if (rows.targets.length > 0) await evaluate(model, rows, { engine: engines[engine] });
  const other = engine === 'compiled' ? 'eager' : 'compiled';
  requireEqual(`the ${other} engine`, await scoresOf(model, rows, engines[other]), scores, TOLERANCE);

  const saved = join(folder, 'model');
  await saveModel(model, saved);
  const loaded = await loadModel(saved, Object.values(modelFactories) as unknown as ModelFactory<never>[]);
  requireEqual('the saved model', await scoresOf(loaded, rows, engines[engine]), scores, 0);
  loaded.dispose();

  const exported = await exportedScores(model, rows, partial ? undefined : columnsOf(drawn));
  requireEqual('the exported file', exported.ids, scores, TOLERANCE);
  if (exported.raw === undefined) return 'ids';
  requireEqual('the exported file of raw inputs', exported.raw, scores, TOLERANCE);
  return 'ids and raw';
}

async function scoresOf(model: CtrModel, rows: RowSource, engine: StepEngine): Promise<Float64Array> {
  const chunks: Float64Array[] = [];
  for await (const chunk of predict(model, rows, { engine, batchSize: 32 })) chunks.push(chunk);
  const scores = Float64Array.from(chunks.flatMap((chunk) => [...chunk]));
  if (scores.length !== rows.numRows) throw new Finding(`predict: ${scores.length} scores of ${rows.numRows} rows`);
  return scores;
}

function requireProbabilities(scores: Float64Array): void {
  const at = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (at >= 0) throw new Finding(`predict: row ${at} has the probability ${scores[at]}`);
}

function requireEqual(who: string, got: ArrayLike<number>, wanted: Float64Array, tolerance: number): void {
  if (got.length !== wanted.length) throw new Finding(`${who}: ${got.length} scores instead of ${wanted.length}`);
  const at = wanted.findIndex((score, row) => !(Math.abs(got[row] - score) <= tolerance));
  if (at >= 0) throw new Finding(`${who}: row ${at} has ${got[at]} instead of ${wanted[at]}`);
}

function openOptions(drawn: TableCase): OpenDatasetOptions {
  const { declared, open, weight } = drawn;
  const dropColumns = weight === undefined ? {} : { dropColumns: [roles.weight] };
  const schema = declared ? { schema: declaration(drawn) } : { label: roles.label, ...dropColumns };
  return { ...open, ...schema, threads: 1 };
}

function fitOptions({ engine, fit: drawn }: TableCase): FitOptions {
  const { optimizer, tableOptimizer, ...rest } = drawn as {
    readonly optimizer?: { readonly kind: string; readonly rate: number };
    readonly tableOptimizer?: string;
  };
  const makers = { adam, adamw: adamW, sgd, adagrad };
  return {
    ...rest,
    engine: engines[engine],
    ...(optimizer && { optimizer: makers[optimizer.kind as keyof typeof makers](optimizer.rate) }),
    ...(tableOptimizer !== undefined && { tableOptimizer: { kind: tableOptimizer } as FitOptions['tableOptimizer'] }),
  } as FitOptions;
}
