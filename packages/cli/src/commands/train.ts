import { ConfigError, mergeRecords } from '@ctrflow/core';
import type { PhaseClock } from '@ctrflow/training';
import { defineCommand } from '../args/command';
import type { Invocation } from '../args/command';
import { dataOptions, dataRules, outputOptions } from '../args/data-options';
import { modelOptionsFor } from '../args/model-options';
import { flag, grouped, text } from '../args/option';
import {
  presetOptions,
  presetRules,
  runOptions,
  runRules,
  trainingOptions,
  trainingRules,
} from '../args/training-options';
import { exitCodes } from '../exit-codes';
import { withInterrupts } from '../interrupt';
import { createProgress } from '../output/progress';

const options = {
  ...grouped('Model', { model: text('<name>', 'the model to train: see `ctrflow models`') }),
  ...presetOptions,
  ...runOptions,
  ...dataOptions,
  ...trainingOptions,
  ...outputOptions,
  ...grouped('Output', {
    profile: flag('measure what the time is spent on: a table at the end, summary.json and the report'),
  }),
};

/** `ctrflow train`: from a file to a trained model in a folder. */
export const trainCommand = defineCommand({
  name: 'train',
  summary: 'train a model on a file',
  operands: ['[file]'],
  options,
  rules: mergeRecords(presetRules, runRules, dataRules, trainingRules),
  takesModelOptions: true,
  examples: [
    'ctrflow train clicks.csv --label click --model deepfm --out runs/deepfm',
    'ctrflow train clicks.csv.gz --label click --model fm --split time --time at --embedding-dim 8',
    'ctrflow train --preset barsctr/frappe_x1/deepfm --data frappe_x1',
    'ctrflow train --config runs/deepfm/options.yaml --resume',
  ],
  async expand(invocation) {
    if (invocation.options.preset === undefined) return invocation;
    const { withSettingsOfPreset } = await import('../steps/preset');
    return withSettingsOfPreset(invocation);
  },
  run: (invocation) => withInterrupts(invocation.io, (signal) => train(invocation, signal)),
});

async function train(asked: Invocation<typeof options>, signal: AbortSignal): Promise<number> {
  const { withDataOfPreset, comparedWithPublished, renderPublished } = await import('../steps/preset');
  const { preset, schema, ...invocation } = await withDataOfPreset(asked);
  const { who, io, operands, options: given } = invocation;
  if (given.model === undefined)
    throw new ConfigError(`${who}: expected a model to train, got none; give --model NAME`);
  const { modelFactory } = await import('@ctrflow/zoo');
  const factory = modelFactory(given.model);
  const [modelOptions] = modelOptionsFor(invocation, [factory]);
  const { fitSettings } = await import('../steps/fit-settings');
  fitSettings(who, given); // says what is wrong before anything is read
  const { repeatCommand, requireRunsFolder, resumeHint } = await import('../steps/run-folder');
  if (given.out !== undefined) await requireRunsFolder(given.out, given.resume);
  const { openData } = await import('../steps/open-data');
  const { trainModel } = await import('../steps/train-model');
  const { writeRunReport } = await import('../steps/report');
  const { printJson, renderSummary } = await import('../steps/summary');
  const { renderProfile } = await import('../steps/profile');

  const progress = createProgress(io, { quiet: given.quiet === true });
  const clock = given.profile === true ? await startClock() : undefined;
  const opened = await openData(invocation, progress, { ...(schema && { schema }), ...(clock && { clock }) });
  const trained = await trainModel({
    ...{ who, factory, modelOptions, ...opened, options: given, progress, signal },
    ...(given.out !== undefined && { folder: given.out }),
    ...(clock && { clock }),
    allOptions: mergeRecords<unknown>({ train: operands[0] }, given, modelOptions),
  });
  const { summary } = trained;
  const command = repeatCommand('train', given.out ?? '');
  const { data } = opened;
  await writeRunReport(trained, { data, command });
  if (summary.stopped === 'interrupted') io.err.write(resumeHint(given.out));
  if (summary.profile !== undefined) io.err.write(renderProfile(summary.profile));
  const compared = preset && comparedWithPublished(preset, summary, data.summary);
  if (given.json === true) printJson(io, { ...summary, ...(compared && { published: compared }) });
  else io.out.write(renderSummary(summary) + (compared === undefined ? '' : renderPublished(compared)));
  return summary.stopped === 'interrupted' ? exitCodes.interrupted : exitCodes.ok;
}

async function startClock(): Promise<PhaseClock> {
  const { PhaseClock: Clock } = await import('@ctrflow/training');
  return new Clock();
}
