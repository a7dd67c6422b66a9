import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, DataError, expected, mergeRecords, recordOf } from '@ctrflow/core';
import type { DatasetSummary } from '@ctrflow/data';
import { inspectSource } from '@ctrflow/data/node';
import type { SchemaSpec } from '@ctrflow/features';
import { findPreset, schemaOf } from '@ctrflow/presets';
import { modelFactory } from '@ctrflow/zoo';
import type { Preset, PublishedResult } from '@ctrflow/presets';
import type { Invocation } from '../args/command';
import type { dataOptions } from '../args/data-options';
import type { Option } from '../args/option';
import type { presetOptions, trainingOptions } from '../args/training-options';
import { formatCount, formatMetric } from '../output/format';
import { dialectOf } from './data-options';
import type { RunSummary } from './summary';

type PresetInvocation = Invocation<
  typeof presetOptions & typeof dataOptions & typeof trainingOptions & { readonly model: Option<string> }
>;

/** An invocation whose preset stands among its options. */
export type WithPreset<I> = I & { readonly preset?: Preset; readonly schema?: SchemaSpec };

/** A run beside what was published. */
export interface ComparedWithPublished {
  readonly preset: string;
  readonly published: PublishedResult;
  /** Ours minus what was published, on the test rows. */
  readonly difference?: { readonly auc: number; readonly logLoss: number; readonly gauc?: number };
  /** Parts that have another number of rows than the published files: then the results say nothing about each other. */
  readonly otherRows: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Puts the settings of a preset below those that the user gave. Another model takes what it has of the preset's options.
 *
 * @throws ConfigError for an unknown preset or model
 */
export function withSettingsOfPreset<I extends PresetInvocation>(invocation: I): I {
  const { options, modelOptions } = invocation;
  if (options.preset === undefined) return invocation;
  const preset = findPreset(options.preset);
  const { model = preset.model } = options;
  const { defaults } = modelFactory(model);
  const ofModel = Object.entries(preset.modelOptions).filter(([name]) => Object.hasOwn(defaults, name));
  const { l2Net, l2Embedding, ...training } = preset.training;
  const decay = options.l2 === undefined ? { l2Net, l2Embedding } : {};
  return {
    ...invocation,
    options: { ...training, ...decay, model, ...options },
    modelOptions: mergeRecords(recordOf(ofModel), modelOptions),
  };
}

/**
 * Finds the files of a preset, and its fields in them. The published result stands beside that of its own model only.
 *
 * @throws ConfigError for a preset without its data; DataError for a folder without the files
 */
export async function withDataOfPreset<I extends PresetInvocation>(invocation: I): Promise<WithPreset<I>> {
  const { who, options } = invocation;
  if (options.preset === undefined) return invocation;
  const preset = findPreset(options.preset);
  if (options.data === undefined)
    throw new ConfigError(expected(who, `the folder of ${preset.dataSet.name} with --preset`, 'none', 'give --data FOLDER')); // prettier-ignore
  const files = await filesOf(who, options.data, preset);
  const { columns } = await inspectSource(files.train, { limit: 100, dialect: dialectOf(options) });
  const schema = options.schema === undefined ? schemaOf(preset.dataSet, columns, options.label) : undefined;
  return {
    ...invocation,
    options: { ...files, ...options },
    ...(options.model === preset.model && { preset }),
    ...(schema && { schema }),
  };
}

const endings = ['.csv', '.csv.gz', '.parquet'];

async function filesOf(
  who: string,
  folder: string,
  { dataSet }: Preset,
): Promise<{ train: string; valid: string; test: string }> {
  const find = async (part: string): Promise<string> => {
    for (const ending of endings) {
      const path = join(folder, part + ending);
      const exists = await access(path).then(() => true, () => false); // prettier-ignore
      if (exists) return path;
    }
    throw new DataError(expected(who, `${part}${endings.join(` or ${part}`)} in ${folder}`, 'none', `those of ${dataSet.name}`)); // prettier-ignore
  };
  const [train, test] = [await find('train'), await find('test')];
  return { train, valid: dataSet.validIsTest ? test : await find('valid'), test };
}

/** Sets a run beside what was published. */
export function comparedWithPublished(
  { name, published, dataSet, notes }: Preset,
  { test }: Pick<RunSummary, 'test'>,
  { numRows }: Pick<DatasetSummary, 'numRows'>,
): ComparedWithPublished {
  const parts = ['train', 'valid', 'test'] as const;
  const { gauc } = published;
  return {
    ...{ preset: name, published, notes },
    ...(test && {
      difference: {
        ...{ auc: test.auc - published.auc, logLoss: test.logLoss - published.logLoss },
        ...(gauc !== undefined && test.gauc !== undefined && { gauc: test.gauc - gauc }),
      },
    }),
    otherRows: parts
      .filter((part) => numRows[part] !== dataSet.numRows[part])
      .map((part) => `${part} ${formatCount(numRows[part])} instead of ${formatCount(dataSet.numRows[part])}`),
  };
}

/** The comparison as a few lines. */
export function renderPublished({ preset, published, difference, otherRows, notes }: ComparedWithPublished): string {
  const { auc, logLoss, gauc, validSelectedAuc, fiveSeeds, parameters } = published;
  const more = [
    ...(gauc === undefined ? [] : [`gauc ${formatMetric(gauc)}`]),
    ...(fiveSeeds ? [`AUC of five seeds ${formatMetric(fiveSeeds.auc)} ± ${formatMetric(fiveSeeds.stdDev)}`] : []),
    ...(validSelectedAuc === undefined ? [] : [`AUC chosen on validation rows ${formatMetric(validSelectedAuc)}`]),
  ];
  const lines = [
    `published as ${preset}: AUC ${formatMetric(auc)}  log loss ${formatMetric(logLoss)}  ${[...more, `${formatCount(parameters)} parameters`].join('  ')}`,
    ...(difference === undefined ? [] : [`  ours is ${signed(difference.auc)} in AUC, ${signed(difference.logLoss)} in log loss`]), // prettier-ignore
    ...(otherRows.length === 0 ? [] : [`  these are not the published files: ${otherRows.join(', ')} rows`]),
    ...notes.map((note) => `  ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${formatMetric(Math.abs(value))}`;
}
