import { ConfigError } from '@ctrflow/core';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';
import type { TrueRows } from '@ctrflow/datagen/node';
import type { SchemaSpec } from '@ctrflow/features';
import type { PhaseClock } from '@ctrflow/training';
import type { Invocation } from '../args/command';
import type { dataOptions } from '../args/data-options';
import { describeTargets } from '../output/describe-targets';
import type { PartName } from '../output/describe-targets';
import { formatCount, formatSeconds } from '../output/format';
import type { Progress } from '../output/progress';
import { readerOptions, readingOf, sourceOf } from './data-options';
import { schemaOf } from './data-schema';
import { checkMonitor } from './check-monitor';
import type { MonitorOptions } from './check-monitor';
import { splitOf } from './data-split';
import { readTruths } from './truth';

/** What `openData` may be given beside the options of the command line. */
export interface OpenDataOptions {
  /** Of a preset. */
  readonly schema?: SchemaSpec;
  /** Hears when reading and encoding are done. */
  readonly clock?: PhaseClock;
}

/** What has ended when `openDataset` tells of a phase. */
const clockPhases = { load: 'read', infer: 'fit-schema', fit: 'fit-schema', encode: 'encode' } as const;

/** What was opened. */
export interface OpenedData {
  readonly data: Dataset;
  /** Of the file that models are judged on, where it is known. */
  readonly truth?: TrueRows;
}

/** Opens the data set that the options describe, and says what came of it; a preset brings its schema along. */
export async function openData(
  { who, operands, options }: Pick<Invocation<typeof dataOptions & MonitorOptions>, 'who' | 'operands' | 'options'>,
  progress: Progress,
  { schema: ofPreset, clock }: OpenDataOptions = {},
): Promise<OpenedData> {
  const source = sourceOf(who, operands, options);
  if ((options.label ?? options.targets ?? options.schema ?? ofPreset) === undefined)
    throw new ConfigError(`${who}: expected a column to predict, got none; give --label COLUMN`);
  const reader = readerOptions(who, options);
  const split = splitOf(who, options);
  const schema = await schemaOf(who, source, options, reader, ofPreset);
  checkMonitor(who, options, { split, schema });
  const { valid, test } = options;
  const truths = await readTruths([source, valid, test].filter((file) => file !== undefined), progress); // prettier-ignore
  const data = await openDataset(source, {
    ...(schema === undefined ? reader : { ...readingOf(reader), schema }),
    ...(split && { split }),
    ...(truths.size > 0 && { sourceRows: true }),
    onProgress: (phase, done) => {
      clock?.lap(clockPhases[phase]);
      progress.update({ label: `${phase} ${source}`, done });
    },
  });
  clock?.lap(data.summary.reused ? 'read' : 'encode');
  progress.clear();
  progress.log(describeData(data));
  const judged = data.test === undefined ? valid : test;
  const truth = truths.get(judged ?? source)?.get(data.schema.spec.label?.column ?? '');
  return { data, ...(truth && { truth }) };
}

/** `clicks.csv: 1,000 rows in 0.3 s: 800 to train (12.3 % positive), 100 to validate, 100 to test; 3 malformed left out`. */
function describeData({ summary }: Dataset): string {
  const { sources, numRows, dropped, seconds } = summary;
  const part = (name: PartName, what: string): string[] =>
    numRows[name] === 0 ? [] : [`${formatCount(numRows[name])} to ${what} (${describeTargets(summary, name, 1)})`];
  const parts = [...part('train', 'train'), ...part('valid', 'validate'), ...part('test', 'test')];
  const left = Object.entries(dropped).filter(([, count]) => count > 0);
  const without =
    left.length === 0 ? '' : `; left out: ${left.map(([why, n]) => `${formatCount(n)} ${why}`).join(', ')}`;
  return `${sources.join(', ')}: ${formatCount(numRows.read)} rows in ${formatSeconds(seconds)}: ${parts.join(', ')}${without}`;
}
