import { basename } from 'node:path';
import { ConfigError, checkInteger, checkNumber, expected, suggest } from '@ctrflow/core';
import { parseFlags } from '../flags';
import { defaultSettings, parityModels } from './settings';
import type { ParitySettings } from './settings';

/** Which rows are read, and how. */
export interface ParityData {
  readonly train: string;
  /** Without files of their own, validation and test rows are 10 % each of the training file. */
  readonly valid?: string;
  readonly test?: string;
  readonly label?: string;
  readonly positive?: readonly string[];
  readonly schema?: string;
  readonly dropColumns?: readonly string[];
  readonly nullValues?: readonly string[];
  readonly names?: readonly string[];
  readonly comment?: string;
  readonly limit?: number;
}

/** What the command line asks for. */
export interface ParityRequest {
  readonly data: ParityData;
  readonly models: readonly string[];
  /** 1 to this number. */
  readonly seeds: number;
  readonly threads: number;
  readonly settings: ParitySettings;
  readonly peer: 'fuxictr' | 'none';
  /** Folder that keeps every finished training, so that a comparison goes on where it stopped. */
  readonly out?: string;
  readonly json: boolean;
  /** Steps in lock step, in place of whole trainings. */
  readonly lockstep?: number;
  /** Name of the data on the benchmark page; default: that of the file. */
  readonly name: string;
  /** Appends the result to those that the page is made of. */
  readonly record: boolean;
}

const text = { type: 'string' } as const;
const flags = {
  ...{ train: text, valid: text, test: text, label: text, positive: text, schema: text, 'drop-columns': text },
  ...{ 'null-values': text, names: text, comment: text, limit: text },
  ...{
    models: text,
    seeds: text,
    threads: text,
    peer: text,
    out: text,
    json: { type: 'boolean' } as const,
    lockstep: text,
    name: text,
    record: { type: 'boolean' } as const,
  },
  ...{
    'embedding-dim': text,
    'embedding-std-dev': text,
    'hidden-units': text,
    dropout: text,
    'batch-norm': { type: 'boolean' } as const,
  },
  ...{
    'learning-rate': text,
    'batch-size': text,
    'clip-norm': text,
    epochs: text,
    patience: text,
    'l2-embedding': text,
    'l2-net': text,
  },
  ...{
    'block-units': text,
    'reduction-ratio': text,
    'attention-units': text,
    'constant-rate': { type: 'boolean' } as const,
    paired: { type: 'boolean' } as const,
    help: { type: 'boolean' } as const,
  },
} as const;

type Values = ReturnType<typeof parseFlags<typeof flags>>['values'];
type Flag = keyof typeof flags;

/**
 * @returns undefined when help is wanted
 * @throws ConfigError for an argument that is unknown, missing or out of range
 */
export function parseParityArguments(argv: readonly string[]): ParityRequest | undefined {
  const { values, positionals } = parseFlags('parity', argv, flags);
  if (values.help === true || argv.length === 0) return undefined;
  if (positionals.length > 0) throw new ConfigError(expected('parity', 'flags only', positionals[0], 'give --train FILE')); // prettier-ignore
  const out = given(values, 'out');
  const data = dataOf(values);
  return {
    data,
    models: modelsOf(given(values, 'models')),
    seeds: integer(values, 'seeds', 5),
    threads: integer(values, 'threads', 1),
    settings: settingsOf(values),
    peer: peerOf(given(values, 'peer')),
    json: values.json === true,
    name: given(values, 'name') ?? basename(data.train),
    record: values.record === true,
    ...(out !== undefined && { out }),
    ...(values.lockstep !== undefined && { lockstep: integer(values, 'lockstep', 1) }),
  };
}

function dataOf(values: Values): ParityData {
  const train = given(values, 'train');
  if (train === undefined) throw new ConfigError(expected('parity', 'a file to train on', 'none', 'give --train FILE'));
  const { valid, test, label, schema, comment } = Object.fromEntries(
    (['valid', 'test', 'label', 'schema', 'comment'] as const).map((name) => [name, given(values, name)]),
  );
  if (label === undefined && schema === undefined)
    throw new ConfigError(expected('parity', 'a column to predict', 'none', 'give --label COLUMN'));
  if (label !== undefined && schema !== undefined)
    throw new ConfigError(expected('parity', 'one of --label and --schema', 'both', 'a schema names its label'));
  return {
    train,
    ...(valid !== undefined && { valid }),
    ...(test !== undefined && { test }),
    ...(label !== undefined && { label }),
    ...(schema !== undefined && { schema }),
    ...(comment !== undefined && { comment }),
    ...lists(values),
    ...(values.limit !== undefined && { limit: integer(values, 'limit', 1) }),
  };
}

function settingsOf(values: Values): ParitySettings {
  const preset = defaultSettings;
  return {
    embeddingDim: integer(values, 'embedding-dim', preset.embeddingDim),
    embeddingStdDev: number(values, 'embedding-std-dev', preset.embeddingStdDev),
    hiddenUnits: units(values, 'hidden-units', preset.hiddenUnits),
    dropout: number(values, 'dropout', preset.dropout, 0.99),
    batchNorm: values['batch-norm'] === true,
    learningRate: number(values, 'learning-rate', preset.learningRate),
    batchSize: integer(values, 'batch-size', preset.batchSize),
    clipNorm: number(values, 'clip-norm', preset.clipNorm),
    epochs: integer(values, 'epochs', preset.epochs),
    constantRate: values['constant-rate'] === true,
    ...(values.paired === true && { paired: true }),
    patience: integer(values, 'patience', preset.patience),
    l2Embedding: number(values, 'l2-embedding', preset.l2Embedding),
    l2Net: number(values, 'l2-net', preset.l2Net),
    blockUnits: units(values, 'block-units', preset.blockUnits),
    reductionRatio: number(values, 'reduction-ratio', preset.reductionRatio),
    attentionUnits: units(values, 'attention-units', preset.attentionUnits),
  };
}

function modelsOf(value: string | undefined): readonly string[] {
  const names = Object.keys(parityModels);
  const models = (value ?? 'deepfm,masknet').split(',');
  for (const model of models) {
    if (names.includes(model)) continue;
    const near = suggest(model, names);
    const hint = near === undefined ? undefined : `did you mean "${near}"?`;
    throw new ConfigError(expected('parity', `models among ${names.join(', ')}`, model, hint));
  }
  return models;
}

function peerOf(value: string | undefined): 'fuxictr' | 'none' {
  if (value === undefined || value === 'fuxictr') return 'fuxictr';
  if (value === 'none') return value;
  throw new ConfigError(expected('parity', 'fuxictr or none for --peer', value));
}

function given(values: Values, name: Flag): string | undefined {
  const value = values[name];
  if (value === '') throw new ConfigError(expected('parity', `a value for --${name}`, 'an empty one'));
  return typeof value === 'string' ? value : undefined;
}

function lists(values: Values): Pick<ParityData, 'positive' | 'dropColumns' | 'nullValues' | 'names'> {
  const names = {
    positive: 'positive',
    dropColumns: 'drop-columns',
    nullValues: 'null-values',
    names: 'names',
  } as const;
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = given(values, name);
      return value === undefined ? [] : [[key, value.split(',')]];
    }),
  );
}

function integer(values: Values, name: Flag, preset: number): number {
  const value = given(values, name);
  return value === undefined ? preset : checkInteger('parity', `--${name}`, Number(value), { min: 1 });
}

function number(values: Values, name: Flag, preset: number, max = Infinity): number {
  const value = given(values, name);
  return value === undefined ? preset : checkNumber('parity', `--${name}`, Number(value), { min: 0, max });
}

function units(values: Values, name: Flag, preset: readonly number[]): readonly number[] {
  const parts = given(values, name)?.split(',');
  return parts?.map((part) => checkInteger('parity', `--${name}`, Number(part), { min: 1 })) ?? preset;
}
