import {
  ConfigError,
  TrainingError,
  checkKnownOptions,
  checkList,
  checkObject,
  checkOneOf,
  checkText,
  expected,
  fillOptions,
  foldIn,
  randomKey,
  recordOf,
} from '@ctrflow/core';
import type { OptionsOf, RandomKey } from '@ctrflow/core';
import type { Dataset } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import type { AnyMetric } from '@ctrflow/metrics';
import {
  adam,
  checkObjectives,
  checkOptimizer,
  modelWeights,
  predictionsOf,
  requireAlive,
  setModelWeights,
  weightNotFinite,
} from '@ctrflow/model-kit';
import type { CtrModel, Prediction } from '@ctrflow/model-kit';
import { captureState, restoreState } from './checkpoint';
import { autoEngine } from './auto-engine';
import type { Callback } from './callbacks';
import type { PreparedModel } from './engine';
import { checkEngine, checkRows, metricsOfTargets, scoreWith } from './evaluate';
import type { Evaluation, FitOptions, FitResult } from './fit-options';
import { checkDecay } from './decay';
import { addLoss } from './loss-curve';
import { decayByOccurrence, withoutRowDecay } from './mini-batch-aware';
import { checkMonitor, defaultMonitor, isBetter, monitored, requirePredicted } from './monitor';
import { fitNumbers } from './options';
import { PhaseClock } from './phase-clock';
import { checkClassWeights } from './class-weights';
import { rowsDigest } from './rows-digest';
import { memoryStore } from './run-store';
import type { RunConfig, TrainingProgress } from './run-store';
import { checkSchedule, scheduleFactor, withTotalSteps } from './schedules';

/** Options with their defaults filled in. */
type Settings = ReturnType<typeof settingsOf>;

const optionNames: readonly (keyof FitOptions)[] = [
  ...(Object.keys(fitNumbers) as (keyof typeof fitNumbers)[]),
  'objectives',
  'metrics',
  'optimizer',
  'tableOptimizer',
  'l2',
  'classWeights',
  'schedule',
  'monitor',
  'engine',
  'callbacks',
  'run',
  'signal',
  'profile',
];

/**
 * Trains a model: batches in a seeded order, an evaluation after every epoch, early stopping, and the weights of the best epoch at the end.
 *
 * A training is a function of (model, data, options): the same ones give the same weights, also when it was interrupted and resumed in between.
 *
 * @example
 * const result = await fit(deepFM(data.schema), data, { optimizer: adam(1e-3), run: runFolder('runs/deepfm') });
 * result.test?.auc;
 * @throws ConfigError for an option out of range; TrainingError when the loss is not finite
 */
export async function fit(model: CtrModel, data: Dataset, options: FitOptions = {}): Promise<FitResult> {
  requireAlive(model);
  checkObject('fit', 'a data set, as openDataset gives it', data);
  checkRows('fit', data.train);
  requireSameSchema(model, data);
  const settings = settingsOf(options, data);
  settings.clock?.lap('other'); // whatever came before
  const prepared = await settings.engine.prepare(model, {
    ...settings,
    key: randomKey(settings.seed),
    onCompile(phase) {
      for (const callback of settings.callbacks) callback.onCompile?.(phase);
    },
  });
  const { run, l2 } = settings;
  try {
    const predictions = predictionsOf(model, settings.objectives);
    requirePredicted(model, predictions, settings.monitor);
    if (l2.miniBatchAware > 0) await decayByOccurrence(model, data.train, l2.miniBatchAware);
    const checkpoint = await run.open(await configOf(model, data, settings));
    if (checkpoint !== undefined) restoreState(prepared, checkpoint.arrays);
    model.negativeKeepRate = data.summary.negativeKeepRate ?? 1;
    settings.clock?.lap('set-up');
    const trainer = new Trainer(prepared, predictions, data, settings, checkpoint?.progress ?? freshProgress());
    return await trainer.train();
  } finally {
    prepared.dispose();
    withoutRowDecay(model);
    await run.close();
  }
}

function settingsOf(options: FitOptions, { schema, train }: Dataset) {
  checkKnownOptions('fit', options, optionNames);
  const schedule = options.schedule ?? ({ kind: 'constant' } as const);
  checkSchedule(schedule);
  const clock = options.profile === true ? new PhaseClock() : options.profile === false ? undefined : options.profile;
  const settings = {
    ...options,
    ...(clock && { clock }),
    ...fillOptions('fit', fitNumbers, numbersOf(options)),
    optimizer: checkOptimizer(options.optimizer ?? adam(1e-3)),
    tableOptimizer: checkObject(
      'fit',
      "a table optimizer, as { kind: 'lazy-adam' }",
      options.tableOptimizer ?? ({ kind: 'lazy-adam' } as const),
    ),
    l2: checkDecay(options.l2),
    schedule,
    ...(options.objectives && { objectives: checkObjectives('fit', options.objectives, schema.targets) }),
    metrics: checkMetrics(options.metrics ?? []),
    monitor: checkMonitor(options.monitor ?? defaultMonitor(schema), schema, options.metrics),
    engine: checkEngine('fit', options.engine ?? autoEngine()),
    callbacks: checkCallbacks(options.callbacks ?? []),
    run: checkObject('fit', 'a store of runs, as runFolder(path) gives it', options.run ?? memoryStore(), [
      'open',
      'saveModel',
    ]),
    /** Whether what the run is about is kept. */
    keeps: options.run !== undefined,
  };
  if (options.signal !== undefined)
    checkObject('fit', 'the signal of an AbortController for signal', options.signal, ['throwIfAborted']);
  if (options.profile !== undefined && typeof options.profile !== 'boolean')
    checkObject('fit', 'true, false or a PhaseClock for profile', options.profile, ['lap']);
  if (options.classWeights !== undefined) checkClassWeights(options.classWeights);
  const totalSteps = settings.epochs * Math.ceil(train.numRows / settings.batchSize);
  return { ...settings, schedule: withTotalSteps(schedule, totalSteps) };
}

function numbersOf(options: FitOptions): OptionsOf<typeof fitNumbers> {
  return recordOf(Object.entries(options).filter(([name]) => Object.hasOwn(fitNumbers, name)));
}

function checkMetrics(metrics: readonly AnyMetric[]): readonly AnyMetric[] {
  const given: unknown = metrics;
  if (!Array.isArray(given)) throw new ConfigError(expected('fit', 'a list of metrics', given));
  for (const metric of metrics) {
    checkObject('fit', 'a metric, as { name, kind, better, of }', metric, ['of']);
    checkText('fit', 'the name of a metric', metric.name);
    checkOneOf('fit', `the kind of metric ${metric.name}`, metric.kind, ['binary', 'number', 'class']);
    checkOneOf('fit', `better of metric ${metric.name}`, metric.better, ['maximize', 'minimize', 'near-one']);
  }
  return metrics;
}

function checkCallbacks(callbacks: FitOptions['callbacks']): readonly Callback[] {
  for (const callback of checkList('fit', 'a list of callbacks', callbacks ?? []))
    checkObject('fit', 'an object of callbacks', callback);
  return callbacks ?? [];
}

function requireSameSchema(model: CtrModel, { schema, train }: Dataset): void {
  if (model.schema.fingerprint !== schema.fingerprint) {
    const hint = 'build the model with the schema of the data set';
    throw new ConfigError(expected('fit', `data of schema ${model.schema.fingerprint}`, schema.fingerprint, hint));
  }
  if (schema.targets.length > 0 && train.targets.length === 0)
    throw new ConfigError(expected('fit', 'training rows with labels', 'none', 'declare the label of the schema'));
  if (train.numRows === 0) throw new ConfigError(expected('fit', 'at least one training row', 'none'));
}

/** What must be equal for a run to be resumed; how many epochs may grow. Where no store keeps it, the rows are not looked at. */
async function configOf(model: CtrModel, { schema, train, valid }: Dataset, settings: Settings): Promise<RunConfig> {
  const digests = settings.keeps && {
    training: await rowsDigest(train),
    validation: valid === undefined ? null : await rowsDigest(valid),
  };
  const { batchSize, optimizer, tableOptimizer, l2, clipNorm, classWeights, schedule, monitor, patience, seed } =
    settings;
  const { objectives } = settings;
  return {
    model: { name: model.name, version: model.version, options: model.options },
    data: { schema: schema.fingerprint, rows: train.numRows, ...(digests && { digests }) },
    fit: {
      ...{ batchSize, optimizer, tableOptimizer, l2, clipNorm, classWeights, schedule, monitor, patience, seed },
      ...(objectives && { objectives }),
    },
  };
}

function freshProgress(): TrainingProgress {
  return {
    epoch: 1,
    batch: 0,
    step: 0,
    lossSum: 0,
    weightSum: 0,
    bestEpoch: 0,
    bestValue: undefined,
    badEpochs: 0,
    plateaus: 0,
    history: [],
    losses: { every: 1, points: [] },
  };
}

/** One training from a state of progress to its end. */
class Trainer {
  private readonly key: RandomKey;
  private readonly started = performance.now();
  private lastCheckpoint = performance.now();
  private trainSeconds = 0;
  private trainedRows = 0;

  constructor(
    private readonly prepared: PreparedModel,
    private readonly predictions: readonly Prediction[],
    private readonly data: Dataset,
    private readonly settings: Settings,
    private readonly progress: TrainingProgress,
  ) {
    this.key = randomKey(settings.seed);
  }

  async train(): Promise<FitResult> {
    const { settings, progress, data } = this;
    const { numRows } = data.train;
    for (const callback of settings.callbacks)
      await callback.onTrainStart?.({ numRows, epochs: settings.epochs, engine: this.prepared.engine });
    let stopped: FitResult['stopped'] | undefined = this.reasonToStop();
    while (stopped === undefined) {
      if (!(await this.trainEpoch())) stopped = 'interrupted';
      else if (await this.endEpoch()) stopped = 'early-stopping';
      else stopped = this.reasonToStop();
    }
    return this.finish(stopped, progress);
  }

  private reasonToStop(): FitResult['stopped'] | undefined {
    const { progress, settings } = this;
    if (settings.signal?.aborted === true) return 'interrupted';
    if (progress.badEpochs >= settings.patience) return 'early-stopping';
    return progress.epoch > settings.epochs ? 'epochs' : undefined;
  }

  /** Runs the rest of an epoch; false when it was interrupted. */
  private async trainEpoch(): Promise<boolean> {
    const { settings, progress, data } = this;
    const { batchSize } = settings;
    const numBatches = Math.ceil(data.train.numRows / batchSize);
    const shuffle = foldIn(this.key, 'shuffle', progress.epoch);
    const started = performance.now();
    let rows = 0;
    for await (const batch of data.train.batches({ batchSize, shuffle, startBatch: progress.batch })) {
      settings.clock?.lap('shuffle');
      const loss = await this.step(batch);
      rows += batch.numRows;
      const seconds = (performance.now() - started) / 1000;
      const { epoch, batch: done, step } = progress;
      for (const callback of settings.callbacks) {
        await callback.onBatchEnd?.({ epoch, batch: done, numBatches, step, loss, samplesPerSecond: rows / seconds });
      }
      settings.clock?.lap('other');
      if (settings.signal?.aborted === true) {
        await this.checkpoint();
        return false;
      }
      if ((performance.now() - this.lastCheckpoint) / 1000 >= settings.run.checkpointSeconds) await this.checkpoint();
    }
    this.trainSeconds += (performance.now() - started) / 1000;
    this.trainedRows += rows;
    return true;
  }

  private async step(batch: EncodedColumns): Promise<number> {
    const { progress } = this;
    progress.step++;
    const { loss, weight } = await this.prepared.trainStep(batch, {
      step: progress.step,
      learningRate: this.learningRate(),
    });
    if (!Number.isFinite(loss)) await this.failNotFinite(batch, loss);
    progress.batch++;
    addLoss(progress.losses, progress.step, loss);
    progress.lossSum += loss * weight;
    progress.weightSum += weight;
    return loss;
  }

  private learningRate(): number {
    const { schedule, optimizer } = this.settings;
    return optimizer.learningRate * scheduleFactor(schedule, Math.max(1, this.progress.step), this.progress.plateaus);
  }

  private async failNotFinite(batch: EncodedColumns, loss: number): Promise<never> {
    const where = await this.settings.run.saveFailedBatch(batch, this.progress);
    const { epoch, batch: index, step } = this.progress;
    throw new TrainingError(
      `fit: expected a finite loss, got ${loss} in epoch ${epoch}, batch ${index + 1} (step ${step}); lower the learning rate or set clipNorm. The batch is in ${where}`,
    );
  }

  /** Evaluates, keeps what is best, and moves on; true when it is time to stop early. */
  private async endEpoch(): Promise<boolean> {
    const { progress, settings } = this;
    const { epoch, step } = progress;
    this.requireFinite();
    const valid = await this.evaluate('valid');
    if (progress.weightSum === 0) {
      const hint = 'look at the weight column of the data and at classWeights';
      throw new TrainingError(expected('fit', 'training rows with weights above 0', 'weights that are all 0', hint));
    }
    const trainLoss = progress.lossSum / progress.weightSum;
    const record = { epoch, step, learningRate: this.learningRate(), trainLoss, ...(valid && { valid }) };
    progress.history.push(record);
    await this.judge(valid);
    Object.assign(progress, { epoch: epoch + 1, batch: 0, lossSum: 0, weightSum: 0 });
    await this.checkpoint();
    await settings.run.saveMetrics(progress.history, progress.losses.points);
    settings.clock?.lap('checkpoint');
    let stop = progress.badEpochs >= settings.patience;
    for (const callback of settings.callbacks) stop = (await callback.onEpochEnd?.(record)) === 'stop' || stop;
    settings.clock?.lap('other');
    return stop;
  }

  /** A loss that is finite says nothing of the step after it: the last one of an epoch is seen here, before anything is judged or saved. */
  private requireFinite(): void {
    const { epoch, step } = this.progress;
    this.prepared.synchronize();
    const path = weightNotFinite(this.prepared.model);
    if (path === undefined) return;
    const hint = 'lower the learning rate or set clipNorm';
    throw new TrainingError(expected('fit', `finite weights after epoch ${epoch} (step ${step})`, `others in ${path}`, hint)); // prettier-ignore
  }

  /** Without a validation part every epoch is the best so far. */
  private async judge(valid: Evaluation | undefined): Promise<void> {
    const { progress, settings } = this;
    const { monitor } = settings;
    const value = valid === undefined ? undefined : monitored(valid, monitor, progress.epoch);
    const better =
      value === undefined ||
      progress.bestValue === undefined ||
      isBetter(monitor, value, progress.bestValue, settings.metrics);
    if (!better) {
      progress.badEpochs++;
      progress.plateaus++;
      return;
    }
    Object.assign(progress, { bestEpoch: progress.epoch, bestValue: value, badEpochs: 0 });
    this.prepared.synchronize();
    await settings.run.saveBest(progress.epoch, modelWeights(this.prepared.model));
    settings.clock?.lap('checkpoint');
  }

  private async evaluate(part: 'valid' | 'test'): Promise<Evaluation | undefined> {
    const rows = this.data[part];
    if (rows === undefined || rows.numRows === 0) return undefined;
    const onProgress = (done: number): void => {
      for (const callback of this.settings.callbacks)
        callback.onEvaluate?.({ part, rows: done, numRows: rows.numRows });
    };
    const scored = await scoreWith(this.prepared, this.predictions, rows, { onProgress });
    this.settings.clock?.lap('score');
    const metrics = metricsOfTargets(scored, this.data.schema, this.settings.metrics);
    this.settings.clock?.lap('metrics');
    return metrics;
  }

  private async checkpoint(): Promise<void> {
    await this.settings.run.saveCheckpoint({ progress: this.progress, arrays: captureState(this.prepared) });
    this.lastCheckpoint = performance.now();
    this.settings.clock?.lap('checkpoint');
  }

  private async finish(
    stopped: FitResult['stopped'],
    { history, bestEpoch, epoch }: TrainingProgress,
  ): Promise<FitResult> {
    const { run, callbacks, clock } = this.settings;
    const { model } = this.prepared;
    const seconds = (performance.now() - this.started) / 1000;
    let test: Evaluation | undefined;
    if (stopped !== 'interrupted') {
      if (bestEpoch > 0) {
        setModelWeights(model, await run.loadBest(bestEpoch));
        this.prepared.reload();
      } else this.prepared.synchronize();
      clock?.lap('checkpoint');
      test = await this.evaluate('test');
      await run.saveModel(model);
      clock?.lap('checkpoint');
    }
    const valid = history.find((record) => record.epoch === bestEpoch)?.valid;
    for (const callback of callbacks) await callback.onTrainEnd?.();
    clock?.lap('other');
    return {
      model,
      engine: this.prepared.engine,
      history,
      bestEpoch,
      ...(valid && { valid }),
      ...(test && { test }),
      rows: this.data.train.numRows,
      epochs: epoch - 1,
      seconds,
      samplesPerSecond: this.trainSeconds === 0 ? 0 : this.trainedRows / this.trainSeconds,
      stopped,
      ...(clock && { profile: clock.profile() }),
    };
  }
}
