import { ConfigError, expected } from '@ctrflow/core';
import { schemaBrand, targetsOf } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema, Problem, TargetSpec } from '@ctrflow/features';
import type { Dataset } from '../dataset';
import { NegativeDownsampler } from '../downsample';
import { BadRows } from './bad-rows';
import type { Database } from './database';
import { columnsOf, declarationOf } from './declaration';
import type { PartName } from './encoded';
import { fitTable } from './fit-table';
import { requireColumns } from './loaded-table';
import type { OpenDatasetOptions } from './open-dataset-options';
import { everyTable, loadParts, splitParts } from './parts';
import type { PartRows } from './parts';
import { beginQuarantine } from './quarantine';
import { TableReader } from './read-table';
import type { Source } from './source';
import { count, sumByReason, summarize } from './summary';
import type { PartCount } from './summary';

/** Takes the encoded rows of a part, chunk by chunk. */
type TakeRows = (part: PartName, rows: EncodedColumns) => Promise<void>;

/** Reads a source: loads, infers a schema unless one is given, splits, fits on the training rows, and encodes all parts. */
export async function readDataset(
  database: Database,
  source: Source,
  options: OpenDatasetOptions,
  take: TakeRows,
): Promise<Pick<Dataset, 'schema' | 'summary'>> {
  const started = performance.now();
  const { onBadRow = 'fail', negativeKeepRate } = options;
  const sampler = negativeKeepRate === undefined ? undefined : new NegativeDownsampler(negativeKeepRate);
  await beginQuarantine(database, source, options);
  const tables = await loadParts(database, source, options);
  options.onProgress?.('load', tables.train.numRows);
  const spec = await declarationOf(database, tables.train, options);
  const targets = targetsOf(spec);
  if (targets.length === 0)
    throw new ConfigError(expected('openDataset', 'a label', 'none', 'give `label`, the column to be predicted'));
  if (sampler !== undefined) requireOneBinary(targets);
  const columns = columnsOf(spec);
  for (const table of everyTable(tables)) requireColumns(table, columns);

  const split = await splitParts(database, tables, spec, options);
  const readers = new Map<string, TableReader>();
  const readerOf = async ({ table }: PartRows): Promise<TableReader> => {
    const counted = table === split.train.table ? split.train.condition : 'true';
    const reading = { counted, ...(options.sourceRows === true && { sourceRow: table.row }) };
    const reader = readers.get(table.name) ?? (await TableReader.open(database, table, columns, spec, reading));
    readers.set(table.name, reader);
    return reader;
  };
  const dropped = sumByReason(everyTable(tables));
  const policy = new BadRows(database, onBadRow, dropped);
  if (split.untimed !== undefined) await policy.refuse(split.untimed, timeColumn(options.split));
  const schema = schemaBrand.is(options.schema)
    ? options.schema
    : await fitTable(spec, await readerOf(split.train), split.train.condition, database.folder);
  options.onProgress?.('fit', tables.train.numRows);

  const counts: Partial<Record<PartName, PartCount>> = {};
  for (const part of ['train', 'valid', 'test'] as const) {
    const rows = split[part];
    if (rows === undefined) continue;
    for await (const encoded of encodeChunks(schema, await readerOf(rows), rows, policy)) {
      const kept = part === 'train' && sampler !== undefined ? sampler.keep(encoded, targets[0].name) : encoded;
      if (kept.numRows === 0) continue;
      counts[part] = count(counts[part], targets, kept);
      await take(part, kept);
      options.onProgress?.('encode', counts[part].numRows);
    }
  }
  if (sampler !== undefined) dropped.downsampled = sampler.numDropped;
  const seconds = (performance.now() - started) / 1000;
  return { schema, summary: summarize(tables, targets, counts, dropped, negativeKeepRate, seconds) };
}

/** Leaving negatives of one target out moves the rates of all others, which nothing would correct. */
function requireOneBinary(targets: readonly TargetSpec[]): void {
  if (targets.length === 1 && targets[0].kind === 'binary') return;
  const got = targets.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  throw new ConfigError(expected('openDataset', 'one target, a binary one, with negativeKeepRate', got));
}

function timeColumn(split: OpenDatasetOptions['split']): string {
  return split?.by === 'leave-last-out' ? split.time : split?.by === 'time' ? split.column : '';
}

async function* encodeChunks(
  schema: FeatureSchema,
  reader: TableReader,
  rows: PartRows,
  policy: BadRows,
): AsyncGenerator<EncodedColumns> {
  let firstRow = 0;
  for await (const table of reader.tables(rows.condition)) {
    const { sourceRow } = table;
    const encode = (onProblem: (problem: Problem) => void): EncodedColumns => ({
      ...schema.encode(table, onProblem),
      ...(sourceRow && { sourceRow }),
    });
    yield await policy.encode(encode, rows, firstRow);
    firstRow += table.numRows;
  }
}
