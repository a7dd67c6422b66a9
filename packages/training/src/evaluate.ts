import {
  ConfigError,
  TrainingError,
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkObject,
  expected,
  mapRecord,
  recordOf,
} from '@ctrflow/core';
import type { RowSource } from '@ctrflow/data';
import { LABEL } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { allMetrics, binaryMetrics } from '@ctrflow/metrics';
import type { AnyMetric, BinaryScores, ClassScores, NumberScores } from '@ctrflow/metrics';
import { logitShift, predictionsOf, requireAlive } from '@ctrflow/model-kit';
import type { CtrModel, Prediction } from '@ctrflow/model-kit';
import { autoEngine } from './auto-engine';
import type { OutputArray, PreparedModel, StepEngine } from './engine';
import type { Evaluation } from './fit-options';
import { ScoreCollector, predicted } from './score-collector';

/** Options of {@link evaluate} and {@link predict}. */
export interface PredictOptions {
  /** Rows at a time. Default 8192. */
  readonly batchSize?: number;
  /** Default: `autoEngine()`, compiled where ONNX Runtime is installed. */
  readonly engine?: StepEngine;
  /**
   * Share of the negatives that were left to train on: `ln(rate)` is added to every logit, see `logitShift` of `@ctrflow/model-kit`. Default: what the model keeps, 1 for models
   * that were saved before they kept it.
   */
  readonly negativeKeepRate?: number;
  /** Hears how many rows are scored. */
  readonly onProgress?: (rows: number) => void;
}

/** Labels and scores of rows, in stored order. */
export interface ScoredRows extends BinaryScores {
  /** Numbers of the rows in their source, where the reader kept them. */
  readonly sourceRows?: Float64Array;
}

/** Scores of the rows that have a target, in stored order. */
export type ScoredTarget =
  | (ScoredRows & { readonly kind: 'binary' })
  | (NumberScores & { readonly kind: 'number' })
  | (ClassScores & { readonly kind: 'class' });

/** Scores by target. */
export type ScoredTargets = Readonly<Record<string, ScoredTarget>>;

/**
 * Metrics of a model on rows with labels.
 *
 * @throws DataError when the rows are of one class
 */
export async function evaluate(
  model: CtrModel,
  rows: RowSource,
  options: PredictOptions & { readonly metrics?: readonly AnyMetric[] } = {},
): Promise<Evaluation> {
  const { metrics, ...others } = checkObject('evaluate', 'an object of options', options);
  return metricsOfTargets(await scoreTargets(model, rows, others), model.schema, metrics);
}

/**
 * Labels and scores of all rows by the main target, for curves and intervals: of those that have it; where the rows carry none, labels are 0.
 *
 * @throws ConfigError when the main target of the model is not binary, or no output predicts it
 */
export async function scoreRows(model: CtrModel, rows: RowSource, options: PredictOptions = {}): Promise<ScoredRows> {
  const scored = await prepareAndScore('scoreRows', model, rows, options);
  return binaryScores('scoreRows', model, scored);
}

/** Values and scores of all rows by target, as far as the rows have them and outputs predict them. */
export function scoreTargets(model: CtrModel, rows: RowSource, options: PredictOptions = {}): Promise<ScoredTargets> {
  return prepareAndScore('scoreTargets', model, rows, options);
}

/**
 * Scores of the main target.
 *
 * @throws ConfigError when it is not binary, or not among what was scored
 */
export function binaryScores(who: string, model: CtrModel, scored: ScoredTargets): ScoredRows {
  const main = model.schema.targets.find((_, i) => i === 0);
  const scores = main && scored[main.name];
  if (scores?.kind === 'binary') return scores;
  const got = main === undefined ? 'none' : `${main.name} (${main.kind})`;
  throw new ConfigError(
    expected(who, `a binary main target that model ${model.name} predicts`, got, 'use scoreTargets'),
  );
}

async function prepareAndScore(
  who: string,
  model: CtrModel,
  rows: RowSource,
  options: PredictOptions,
): Promise<ScoredTargets> {
  checkPredictOptions(who, rows, options);
  const prepared = await checkEngine(who, options.engine ?? autoEngine()).prepare(model);
  try {
    return await scoreWith(prepared, predictionsOf(model), rows, options);
  } finally {
    prepared.dispose();
  }
}

/**
 * Predictions of rows by the main target, chunk by chunk in stored order: probabilities of a binary one, else numbers; labels are not needed.
 *
 * @throws ConfigError when no output predicts it, or when it is of classes
 */
export async function* predict(
  model: CtrModel,
  rows: RowSource,
  options: PredictOptions = {},
): AsyncGenerator<Float64Array> {
  requireAlive(model);
  const main = model.schema.targets.find((_, i) => i === 0);
  for await (const { [main?.name ?? LABEL]: predictions } of predictTargets(model, rows, options)) {
    if (predictions !== undefined && main?.kind !== 'class') yield predictions;
    else {
      const wanted = `a main target of one number that model ${model.name} predicts`;
      throw new ConfigError(expected('predict', wanted, main?.name, 'use predictTargets'));
    }
  }
}

/**
 * Predictions of rows by target, chunk by chunk in stored order: `[B]` probabilities or numbers, `[B, K]` probabilities of classes.
 *
 * @throws TrainingError naming a row whose score is not a number: the weights are finite, what is computed with them is not
 */
export async function* predictTargets(
  model: CtrModel,
  rows: RowSource,
  options: PredictOptions = {},
): AsyncGenerator<Readonly<Record<string, Float64Array>>> {
  checkPredictOptions('predict', rows, options);
  const prepared = await checkEngine('predict', options.engine ?? autoEngine()).prepare(model);
  try {
    const predictions = predictionsOf(model);
    let numRows = 0;
    for await (const { batch, outputs } of scoredBatches('predict', prepared, predictions, rows, options)) {
      const scores = recordOf(predictions.map(({ target, output, link }) => [target.name, predicted(outputs[output], link)])); // prettier-ignore
      for (const ofTarget of Object.values(scores)) requireNumbers(ofTarget, batch.numRows, numRows);
      numRows += batch.numRows;
      yield scores;
    }
  } finally {
    prepared.dispose();
  }
}

/** {@link scoreTargets} with a model that is prepared already. */
export async function scoreWith(
  prepared: PreparedModel,
  predictions: readonly Prediction[],
  rows: RowSource,
  options: PredictOptions = {},
): Promise<ScoredTargets> {
  const collectors = predictions.map((prediction) => new ScoreCollector(prediction, rows));
  let done = 0;
  for await (const { batch, outputs } of scoredBatches('scoreRows', prepared, predictions, rows, options)) {
    for (const collector of collectors) collector.add(batch, outputs);
    done += batch.numRows;
    options.onProgress?.(done);
  }
  return recordOf(collectors.map((collector) => [collector.target, collector.scores()]));
}

/** Scores of a batch, one or more to a row, of which so many rows came before. */
function requireNumbers(scores: Float64Array, batchRows: number, numRows: number): void {
  const wrong = scores.findIndex(Number.isNaN);
  if (wrong < 0) return;
  const row = numRows + Math.floor((wrong * batchRows) / scores.length) + 1;
  const hint = 'the weights are too large to compute with: train again with a lower learning rate, or set clipNorm';
  throw new TrainingError(expected('predict', `a score of row ${row}`, 'NaN', hint));
}

/** Batches with their outputs; logits of a binary target as they are for all rows, kept or not. */
async function* scoredBatches(
  who: string,
  prepared: PreparedModel,
  predictions: readonly Prediction[],
  rows: RowSource,
  { batchSize = 8192, negativeKeepRate }: PredictOptions,
): AsyncGenerator<{ readonly batch: EncodedColumns; readonly outputs: Readonly<Record<string, OutputArray>> }> {
  checkInteger(who, 'batchSize', batchSize, { min: 1 });
  const { model } = prepared;
  const shift = logitShift(negativeKeepRate === undefined ? model : { name: model.name, negativeKeepRate });
  const shifted = new Set(predictions.filter(({ link }) => link === 'sigmoid').map(({ output }) => output));
  for await (const batch of rows.batches({ batchSize })) {
    const outputs = await prepared.outputs(batch);
    yield {
      batch,
      outputs: shift === 0 ? outputs : mapRecord(outputs, ({ data, shape }, name) => ({ data: shifted.has(name) ? data.map((logit) => logit + shift) : data, shape })), // prettier-ignore
    };
  }
}

const predictOptionNames: readonly (keyof PredictOptions)[] = ['batchSize', 'engine', 'negativeKeepRate', 'onProgress'];

function checkPredictOptions(who: string, rows: RowSource, options: PredictOptions): void {
  checkRows(who, rows);
  checkKnownOptions(who, options, predictOptionNames);
  if (options.onProgress !== undefined) checkFunction(who, 'onProgress', options.onProgress);
}

/** @throws ConfigError for what are no encoded rows */
export function checkRows(who: string, rows: RowSource): void {
  checkObject(who, 'encoded rows, as a part of openDataset or what openRows gives', rows, ['batches']);
}

/** @throws ConfigError for what is no engine */
export function checkEngine(who: string, engine: StepEngine): StepEngine {
  return checkObject(who, 'an engine, as compiledEngine() gives it', engine, ['prepare']);
}

/** Names of the metrics of an evaluation of a binary target; `gauc` where rows have groups. */
export const metricNames = binaryMetrics.map(({ name }) => name);

/** The record of an evaluation of one binary target. */
export function metricsOf(scored: ScoredRows, metrics: readonly AnyMetric[] = []): Evaluation {
  checkObject('metricsOf', 'scored rows, as scoreRows gives them', scored);
  return recordOf(metricValues({ ...scored, kind: 'binary' }, metrics));
}

/** The record of an evaluation: `auc` where the schema has one target, `purchase.auc` where it has several. */
export function metricsOfTargets(
  scored: ScoredTargets,
  schema: FeatureSchema,
  metrics: readonly AnyMetric[] = [],
): Evaluation {
  checkObject('metricsOfTargets', 'scored rows by target, as scoreTargets gives them', scored);
  const { targets } = checkObject('metricsOfTargets', 'a fitted schema', schema);
  checkList('metricsOfTargets', 'the targets of a fitted schema', targets);
  for (const metric of checkList('metricsOfTargets', 'a list of metrics', metrics))
    checkObject('metricsOfTargets', 'a metric', metric, ['of']);
  return recordOf(
    Object.entries(scored).flatMap(([target, scores]) =>
      metricValues(scores, metrics).map(([name, value]): [string, number] => [
        targets.length === 1 ? name : `${target}.${name}`,
        value,
      ]),
    ),
  );
}

function metricValues(scores: ScoredTarget, metrics: readonly AnyMetric[]): [string, number][] {
  return [...allMetrics, ...metrics].flatMap((metric): [string, number][] => {
    const value = valueOf(metric, scores);
    return value === undefined ? [] : [[metric.name, value]];
  });
}

function valueOf(metric: AnyMetric, scores: ScoredTarget): number | undefined {
  if (metric.kind === 'binary' && scores.kind === 'binary') return metric.of(scores);
  if (metric.kind === 'number' && scores.kind === 'number') return metric.of(scores);
  return metric.kind === 'class' && scores.kind === 'class' ? metric.of(scores) : undefined;
}
