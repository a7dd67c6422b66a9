import type { Dataset } from '@ctrflow/data';
import type { TrueRows } from '@ctrflow/datagen/node';
import { copyWeights } from '@ctrflow/model-kit';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { fit, permutationImportance, scoreRows } from '@ctrflow/training';
import type { FieldImportance, FitOptions, FitResult, PhaseClock, ScoredRows } from '@ctrflow/training';
import { runFolder } from '@ctrflow/training/node';
import type { Values } from '../args/option';
import type { runOptions, trainingOptions } from '../args/training-options';
import type { Progress } from '../output/progress';
import { trainingProgress } from '../output/training-progress';
import { intervalOf } from './auc-interval';
import { fitSettings } from './fit-settings';
import { loadRun, saveOptions, saveSummary } from './run-folder';
import { summarize } from './summary';
import type { RunSummary } from './summary';
import { gapToBest, probabilitiesOf } from './truth';

/** One model to train. */
export interface Training {
  readonly who: string;
  readonly factory: ModelFactory;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly data: Dataset;
  /** Of the rows that the model is judged on, where it is known. */
  readonly truth?: TrueRows;
  readonly options: Values<typeof trainingOptions> & Omit<Values<typeof runOptions>, 'out'>;
  /** Where the run is written; nowhere when absent. */
  readonly folder?: string;
  /** What `options.yaml` is to hold. */
  readonly allOptions: Readonly<Record<string, unknown>>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Measures what the time is spent on; it has begun with the reading of the data. */
  readonly clock?: PhaseClock;
}

/** A training that has ended. */
export interface Trained {
  readonly summary: RunSummary;
  readonly result: FitResult;
  /** Scores of the test part, or of the validation part where there is no test part. */
  readonly scored?: ScoredRows;
  /** True probabilities of the same rows, where they are known. */
  readonly truth?: Float64Array;
  /** On validation rows; only where a report is written. */
  readonly importance?: readonly FieldImportance[];
}

/** Trains one model, writes its run folder, and measures it. */
export async function trainModel(training: Training): Promise<Trained> {
  const { who, data, options, folder, progress } = training;
  const settings = fitSettings(who, options);
  const model = await buildModel(training);
  const result = await fit(model, data, {
    ...settings,
    ...runSettings(training, model.name),
    ...(training.clock && { profile: training.clock }),
  });
  progress.clear();
  const rows = data.test ?? data.valid;
  if (result.stopped === 'interrupted' || rows === undefined) return { summary: summarize(result, folder), result };
  // Curves, intervals and importance are of the main target, if it is binary.
  if (model.schema.targets[0]?.kind !== 'binary') {
    const summary = summarize(result, folder);
    if (folder !== undefined) await saveSummary(folder, summary, data.schema);
    return { summary, result };
  }

  const scored = await scoreRows(model, rows, { ...(settings.engine && { engine: settings.engine }) });
  const truth = training.truth && probabilitiesOf(scored, training.truth, progress);
  const summary = summarize(result, folder, intervalOf(scored), truth && gapToBest(scored, truth));
  const trained = { summary, result, scored, ...(truth && { truth }) };
  if (folder === undefined) return trained;
  const importance = await permutationImportance(model, data.valid ?? rows, {
    ...(settings.engine && { engine: settings.engine }),
    onProgress: (done, total) => {
      progress.update({ label: `${model.name} importance of fields`, done, total });
    },
  });
  progress.clear();
  await saveSummary(folder, summary, data.schema);
  return { ...trained, importance };
}

async function buildModel({ factory, modelOptions, data, options, progress }: Training): Promise<CtrModel> {
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const model = factory(data.schema, { ...seed, ...modelOptions });
  if (options.initFrom === undefined) return model;
  const trained = await loadRun(options.initFrom);
  const { copied, fresh } = copyWeights(trained, model);
  progress.log(
    `${options.initFrom}: ${copied.length} weights taken over${fresh.length === 0 ? '' : `, new: ${fresh.join(', ')}`}`,
  );
  trained.dispose();
  return model;
}

function runSettings({ folder, options, allOptions, progress, signal }: Training, name: string): FitOptions {
  const callbacks = [trainingProgress(progress, name)];
  if (folder === undefined) return { signal, callbacks };
  const { resume = false, checkpointSeconds } = options;
  const run = runFolder(folder, { resume, ...(checkpointSeconds !== undefined && { checkpointSeconds }) });
  const keepOptions = { onTrainStart: () => saveOptions(folder, allOptions) };
  return { signal, run, callbacks: [keepOptions, ...callbacks] };
}
