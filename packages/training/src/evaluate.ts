import { checkInteger } from '@ctrflow/core';
import type { RowSource } from '@ctrflow/data';
import { auc, averagePrecision, brierScore, calibrationRatio, expectedCalibrationError, groupAuc, logLossFromLogits, normalizedEntropy } from '@ctrflow/metrics'; // prettier-ignore
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
  /** Rate at which negatives were kept in training: `ln(rate)` is added to every logit, which undoes the shift of the odds. Default 1. */
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
  const prepared = await (options.engine ?? autoEngine()).prepare(model);
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
  const prepared = await (options.engine ?? autoEngine()).prepare(model);
  try {
    const shift = Math.log(options.negativeKeepRate ?? 1);
    for await (const batch of rows.batches({ batchSize: batchSizeOf(options) })) {
      yield Float64Array.from(await prepared.logits(batch), (logit) => sigmoid(logit + shift));
    }
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
  let at = 0;
  for await (const batch of rows.batches({ batchSize: batchSizeOf(options) })) {
    logits.set(await prepared.logits(batch), at);
    if (batch.label !== undefined) labels.set(batch.label, at);
    if (batch.weight !== undefined) (weights ??= new Float32Array(numRows)).set(batch.weight, at);
    if (batch.group !== undefined) (groups ??= new Float64Array(numRows)).set(batch.group, at);
    at += batch.numRows;
    options.onProgress?.(at);
  }
  const shift = Math.log(options.negativeKeepRate ?? 1);
  if (shift !== 0) for (let i = 0; i < numRows; i++) logits[i] += shift;
  const probabilities = Float64Array.from(logits, sigmoid);
  return { labels, logits, probabilities, ...(weights && { weights }), ...(groups && { groups }) };
}

/** The record of an evaluation. */
export function metricsOf({ labels, logits, probabilities, weights, groups }: ScoredRows): Evaluation {
  const weighted = weights === undefined ? {} : { weights };
  const byLogit = { labels, scores: logits, ...weighted };
  const byProbability = { labels, scores: probabilities, ...weighted };
  return {
    auc: auc(byLogit),
    logLoss: logLossFromLogits(byLogit),
    ...(groups === undefined ? {} : { gauc: groupAuc({ ...byLogit, groups }) }),
    prAuc: averagePrecision(byLogit),
    normalizedEntropy: normalizedEntropy(byProbability),
    brier: brierScore(byProbability),
    ece: expectedCalibrationError(byProbability),
    calibration: calibrationRatio(byProbability),
  };
}

function batchSizeOf({ batchSize = 8192 }: PredictOptions): number {
  return checkInteger('predict', 'batchSize', batchSize, { min: 1 });
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
