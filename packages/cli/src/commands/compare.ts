import { join } from 'node:path';
import { ConfigError, mergeRecords } from '@ctrflow/core';
import { defineCommand } from '../args/command';
import type { Invocation } from '../args/command';
import { dataOptions, dataRules, outputOptions } from '../args/data-options';
import { modelOptionsFor } from '../args/model-options';
import { grouped, texts } from '../args/option';
import { runOptions, runRules, trainingOptions, trainingRules } from '../args/training-options';
import { exitCodes } from '../exit-codes';
import { withInterrupts } from '../interrupt';
import { createProgress } from '../output/progress';

const { out, checkpointSeconds, resume } = runOptions;
const options = {
  ...grouped('Models', { models: texts('<a,b,...>', 'the models to train: see `ctrflow models`') }),
  ...{ out, checkpointSeconds, resume },
  ...dataOptions,
  ...trainingOptions,
  ...outputOptions,
};

/** `ctrflow compare`: several models on the same rows, in one table. */
export const compareCommand = defineCommand({
  name: 'compare',
  summary: 'train several models on a file and compare them',
  operands: ['[file]'],
  options,
  rules: mergeRecords(runRules, dataRules, trainingRules),
  takesModelOptions: true,
  examples: ['ctrflow compare clicks.csv --label click --models lr,fm,deepfm --out runs/clicks'],
  run: (invocation) => withInterrupts(invocation.io, (signal) => compare(invocation, signal)),
});

async function compare(invocation: Invocation<typeof options>, signal: AbortSignal): Promise<number> {
  const { who, io, operands, options: given } = invocation;
  if (given.models === undefined)
    throw new ConfigError(`${who}: expected models to compare, got none; give --models lr,fm,deepfm`);
  const { modelFactory } = await import('@ctrflow/zoo');
  const factories = given.models.map(modelFactory);
  const modelOptions = modelOptionsFor(invocation, factories);
  const { fitSettings } = await import('../steps/fit-settings');
  fitSettings(who, given); // says what is wrong before anything is read
  const { repeatCommand, requireComparisonFolder, resumeHint, saveOptions } = await import('../steps/run-folder');
  if (given.out !== undefined) await requireComparisonFolder(given.out, given.models, given.resume);
  const { openData } = await import('../steps/open-data');
  const { trainModel } = await import('../steps/train-model');
  const { printJson, renderComparison } = await import('../steps/summary');
  const { writeComparisonReport, writeRunReport } = await import('../steps/report');
  const { pairedDifferences, renderDifferences } = await import('../steps/paired-differences');

  const progress = createProgress(io, { quiet: given.quiet === true });
  const opened = await openData(invocation, progress);
  const { data } = opened;
  if (given.out !== undefined)
    await saveOptions(given.out, mergeRecords<unknown>({ train: operands[0] }, given, invocation.modelOptions));
  const trained = [];
  for (const [i, factory] of factories.entries()) {
    const folder = given.out === undefined ? undefined : join(given.out, factory.modelName);
    const one = await trainModel({
      ...{ who, factory, modelOptions: modelOptions[i], ...opened, options: given, progress, signal },
      ...(folder !== undefined && { folder }),
      allOptions: mergeRecords<unknown>({ train: operands[0] }, given, { models: undefined, model: factory.modelName, out: folder }, modelOptions[i]), // prettier-ignore
    });
    if (one.summary.stopped === 'interrupted') {
      io.err.write(resumeHint(given.out, 'compare'));
      return exitCodes.interrupted;
    }
    await writeRunReport(one, { data, command: repeatCommand('train', folder ?? '') });
    trained.push(one);
  }
  if (given.out !== undefined) {
    await writeComparisonReport(given.out, trained, { data, command: repeatCommand('compare', given.out) });
  }
  const runs = trained.map(({ summary }) => summary);
  const differences = pairedDifferences(trained);
  if (given.json === true) printJson(io, { runs, differences, ...(given.out !== undefined && { folder: given.out }) });
  else io.out.write(`${renderComparison(runs)}\n${renderDifferences(differences)}`);
  return exitCodes.ok;
}
