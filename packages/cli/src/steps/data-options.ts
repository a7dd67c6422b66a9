import { ConfigError, expected } from '@ctrflow/core';
import type { DialectOptions } from '@ctrflow/data';
import type { OnBadRow, OpenDatasetOptions } from '@ctrflow/data/node';
import type { LabelSpec } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import { without } from '../args/option';
import type { Values } from '../args/option';
import { parseTargets } from './targets';

type DataOptions = Values<typeof dataOptions>;

/** What the options say about reading the files. */
export type ReaderOptions = Pick<
  OpenDatasetOptions,
  | 'label'
  | 'targets'
  | 'dialect'
  | 'nullValues'
  | 'dropColumns'
  | 'limit'
  | 'onBadRow'
  | 'valid'
  | 'test'
  | 'encodedFolder'
  | 'negativeKeepRate'
>;

/** The file to train on: the argument or `--train`. */
export function sourceOf(who: string, operands: readonly string[], { train }: DataOptions): string {
  const [file] = operands;
  if (file !== undefined && train !== undefined)
    throw new ConfigError(expected(who, 'one of FILE and --train', `${file} and ${train}`));
  const source = file ?? train;
  if (source === undefined) throw new ConfigError(`${who}: expected a file to read, got none; see --help`);
  return source;
}

/** How to read the files, as `openDataset` takes it. */
export function readerOptions(who: string, options: DataOptions): ReaderOptions {
  const { nullValues, dropColumns, limit, valid, test, encodedFolder, negativeKeepRate } = options;
  const label = labelOf(options);
  const targets = parseTargets(who, options.targets);
  return {
    dialect: dialectOf(options),
    ...(label && { label }),
    ...(targets && { targets }),
    ...(nullValues && { nullValues }),
    ...(dropColumns && { dropColumns }),
    ...(limit !== undefined && { limit }),
    ...(options.onBadRow !== undefined && { onBadRow: policyOf(who, options.onBadRow) }),
    ...(valid !== undefined && { valid }),
    ...(test !== undefined && { test }),
    ...(encodedFolder !== undefined && { encodedFolder }),
    ...(negativeKeepRate !== undefined && { negativeKeepRate }),
  };
}

/** The same without what only inference asks for: where there is a schema, it says these things. */
export function readingOf(reader: ReaderOptions): ReaderOptions {
  return without(reader, ['label', 'targets', 'nullValues', 'dropColumns']);
}

/** What the options say about how text files are written. */
export function dialectOf({
  delimiter,
  names,
  comment,
}: Pick<DataOptions, 'delimiter' | 'names' | 'comment'>): DialectOptions {
  return {
    ...(delimiter !== undefined && { delimiter: unescaped(delimiter) }),
    ...(names && { names }),
    ...(comment !== undefined && { comment }),
  };
}

function labelOf({ label, positive }: DataOptions): LabelSpec | undefined {
  return label === undefined ? undefined : { column: label, ...(positive && { positive }) };
}

function policyOf(who: string, policy: string): OnBadRow {
  if (policy === 'fail' || policy === 'skip') return policy;
  const quarantine = /^quarantine=(.+)$/.exec(policy)?.[1];
  if (quarantine !== undefined) return { quarantine };
  throw new ConfigError(expected(who, 'fail, skip or quarantine=FILE for --on-bad-row', policy));
}

/** A tab is easier written as `\t` in a shell. */
function unescaped(delimiter: string): string {
  return delimiter === String.raw`\t` ? '\t' : delimiter;
}
