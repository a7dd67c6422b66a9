import { checkInteger, checkKnownOptions, checkObject } from '@ctrflow/core';
import type { RowSource } from '@ctrflow/data';
import { LABEL, targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import { auc, averagePrecision, brierScore, calibrationRatio, expectedCalibrationError, groupAuc, logLossFromLogits, normalizedEntropy } from '@ctrflow/metrics'; // prettier-ignore
import type { Grouped } from '@ctrflow/metrics';
import { logitShift } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { autoEngine } from './auto-engine';
import type { PreparedModel, StepEngine } from './engine';
import type { Evaluation } from './fit-options';

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
export interface ScoredRows {
  readonly labels: Float32Array;
  readonly logits: Float32Array;
  readonly probabilities: Float64Array;
  readonly weights?: Float32Array;
  readonly groups?: Float64Array;
  /** Numbers of the rows in their source, where the reader kept them. */
  readonly sourceRows?: Float64Array;
}

/**
 * Metrics of a model on rows with labels.
 *
 * @throws DataError when the rows are of one class
 */
export async function evaluate(model: CtrModel, rows: RowSource, options: PredictOptions = {}): Promise<Evaluation> {
  return metricsOf(await scoreRows(model, rows, options));
}

/** Labels and scores of all rows, for curves and intervals. */
export async function scoreRows(model: CtrModel, rows: RowSource, options: PredictOptions = {}): Promise<ScoredRows> {
  checkPredictOptions('scoreRows', rows, options);
  const prepared = await checkEngine('scoreRows', options.engine ?? autoEngine()).prepare(model);
  try {
    return await scoreWith(prepared, rows, options);
  } finally {
    prepared.dispose();
  }
}

/** Probabilities of rows, chunk by chunk in stored order; labels are not needed. */
export async function* predict(
  model: CtrModel,
  rows: RowSource,
  options: PredictOptions = {},
): AsyncGenerator<Float64Array> {
  checkPredictOptions('predict', rows, options);
  const prepared = await checkEngine('predict', options.engine ?? autoEngine()).prepare(model);
  try {
    for await (const { logits } of scoredBatches('predict', prepared, rows, options))
      yield Float64Array.from(logits, sigmoid);
  } finally {
    prepared.dispose();
  }
}

/** {@link scoreRows} with a model that is prepared already. */
export async function scoreWith(
  prepared: PreparedModel,
  rows: RowSource,
  options: PredictOptions = {},
): Promise<ScoredRows> {
  const { numRows } = rows;
  const labels = new Float32Array(numRows);
  const logits = new Float32Array(numRows);
  let weights: Float32Array | undefined;
  let groups: Float64Array | undefined;
  let sourceRows: Float64Array | undefined;
  let at = 0;
  for await (const { batch, logits: ofBatch } of scoredBatches('scoreRows', prepared, rows, options)) {
    logits.set(ofBatch, at);
    labels.set(targetValues(batch, LABEL) ?? [], at);
    if (batch.weight !== undefined) (weights ??= new Float32Array(numRows)).set(batch.weight, at);
    if (batch.group !== undefined) (groups ??= new Float64Array(numRows)).set(batch.group, at);
    if (batch.sourceRow !== undefined) (sourceRows ??= new Float64Array(numRows)).set(batch.sourceRow, at);
    at += batch.numRows;
    options.onProgress?.(at);
  }
  const probabilities = Float64Array.from(logits, sigmoid);
  return {
    ...{ labels, logits, probabilities },
    ...(weights && { weights }),
    ...(groups && { groups }),
    ...(sourceRows && { sourceRows }),
  };
}

/** Batches with their logits as they are for all rows, kept or not. */
async function* scoredBatches(
  who: string,
  prepared: PreparedModel,
  rows: RowSource,
  { batchSize = 8192, negativeKeepRate }: PredictOptions,
): AsyncGenerator<{ readonly batch: EncodedColumns; readonly logits: Float32Array }> {
  checkInteger(who, 'batchSize', batchSize, { min: 1 });
  const { model } = prepared;
  const shift = logitShift(negativeKeepRate === undefined ? model : { name: model.name, negativeKeepRate });
  for await (const batch of rows.batches({ batchSize })) {
    const logits = await prepared.logits(batch);
    yield { batch, logits: shift === 0 ? logits : logits.map((logit) => logit + shift) };
  }
}

const predictOptionNames: readonly (keyof PredictOptions)[] = ['batchSize', 'engine', 'negativeKeepRate', 'onProgress'];

function checkPredictOptions(who: string, rows: RowSource, options: PredictOptions): void {
  checkRows(who, rows);
  checkKnownOptions(who, options, predictOptionNames);
}

/** @throws ConfigError for what are no encoded rows */
export function checkRows(who: string, rows: RowSource): void {
  checkObject(who, 'encoded rows, as a part of openDataset or what openRows gives', rows, ['batches']);
}

/** @throws ConfigError for what is no engine */
export function checkEngine(who: string, engine: StepEngine): StepEngine {
  return checkObject(who, 'an engine, as compiledEngine() gives it', engine, ['prepare']);
}

/** The rows that have a group. */
function withGroup({ labels, scores, weights, groups }: Grouped): Grouped {
  const has = (_: number, row: number): boolean => !Number.isNaN(groups[row]);
  return {
    labels: labels.filter(has),
    scores: scores.filter(has),
    groups: groups.filter(has),
    ...(weights && { weights: weights.filter(has) }),
  };
}

/** Names of the metrics of an evaluation; `gauc` where rows have groups. */
export const metricNames = ['auc', 'logLoss', 'gauc', 'prAuc', 'normalizedEntropy', 'brier', 'ece', 'calibration'] as const; // prettier-ignore

/** The record of an evaluation. */
export function metricsOf(scored: ScoredRows): Evaluation {
  const { labels, logits, probabilities, weights, groups } = checkObject('metricsOf', 'scored rows, as scoreRows gives them', scored); // prettier-ignore
  const weighted = weights === undefined ? {} : { weights };
  const byLogit = { labels, scores: logits, ...weighted };
  const byProbability = { labels, scores: probabilities, ...weighted };
  return {
    auc: auc(byLogit),
    logLoss: logLossFromLogits(byLogit),
    ...(groups === undefined ? {} : { gauc: groupAuc(withGroup({ ...byLogit, groups })) }),
    prAuc: averagePrecision(byLogit),
    normalizedEntropy: normalizedEntropy(byProbability),
    brier: brierScore(byProbability),
    ece: expectedCalibrationError(byProbability),
    calibration: calibrationRatio(byProbability),
  };
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
