import { ConfigError, checkKnownOptions, expected } from '@ctrflow/core';
import { writeFolderAtomic } from '@ctrflow/core/node';
import { createFitter, inferSchema, schemaBrand } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema, LabelSpec, SchemaSpec } from '@ctrflow/features';
import type { Dataset } from '../dataset';
import { NegativeDownsampler } from '../downsample';
import { concatColumns, rowsInMemory } from '../memory';
import { BadRows } from './bad-rows';
import { identifier, openDatabase } from './database';
import type { Database } from './database';
import { EncodedWriter, openEncoded, reuseEncoded } from './encoded';
import type { PartName } from './encoded';
import { inputDigest } from './input-digest';
import { beginQuarantine, requireColumns } from './load';
import { openDatasetOptionNames } from './open-dataset-options';
import type { OpenDatasetOptions } from './open-dataset-options';
import { everyTable, loadParts, partConditions } from './parts';
import type { PartRows, Tables } from './parts';
import { profileTable } from './profile';
import { TableReader } from './read-table';
import type { Source } from './source';
import { splitExpression } from './split-sql';
import { count, sumByReason, summarize } from './summary';
import type { PartCount } from './summary';

/**
 * Opens files as a data set: reads them, infers a schema unless one is given, splits, fits the schema on the training rows, and encodes all parts.
 *
 * @example
 * const data = await openDataset('clicks.csv', { label: 'click', split: { by: 'time', column: 'ts', valid: 0.1, test: 0.1 } });
 * @throws DataError with file, line and column for rows that cannot be read; SchemaError, ConfigError
 */
export async function openDataset(source: Source, options: OpenDatasetOptions = {}): Promise<Dataset> {
  checkKnownOptions('openDataset', options, openDatasetOptionNames);
  const { encodedFolder } = options;
  const database = await openDatabase(options);
  try {
    if (encodedFolder === undefined) return await readIntoMemory(database, source, options);
    const inputs = await inputDigest(database, source, options);
    const reused = inputs === undefined ? undefined : await reuseEncoded(encodedFolder, inputs, options);
    if (reused !== undefined) return reused;
    await writeFolderAtomic(encodedFolder, async (folder) => {
      const writer = new EncodedWriter(folder);
      const { schema, summary } = await read(database, source, options, (part, rows) => writer.write(part, rows));
      await writer.finish(schema, summary, inputs);
    });
  } finally {
    await database.close();
  }
  return openEncoded(encodedFolder, options);
}

async function readIntoMemory(database: Database, source: Source, options: OpenDatasetOptions): Promise<Dataset> {
  const chunks: Record<PartName, EncodedColumns[]> = { train: [], valid: [], test: [] };
  const { schema, summary } = await read(database, source, options, (part, rows) => {
    chunks[part].push(rows);
    return Promise.resolve();
  });
  const { train, valid, test } = chunks;
  return {
    schema,
    train: rowsInMemory(concatColumns(train)),
    ...(valid.length > 0 && { valid: rowsInMemory(concatColumns(valid)) }),
    ...(test.length > 0 && { test: rowsInMemory(concatColumns(test)) }),
    summary,
  };
}

/** Takes the encoded rows of a part, chunk by chunk. */
type TakeRows = (part: PartName, rows: EncodedColumns) => Promise<void>;

async function read(
  database: Database,
  source: Source,
  options: OpenDatasetOptions,
  take: TakeRows,
): Promise<Pick<Dataset, 'schema' | 'summary'>> {
  const started = performance.now();
  await beginQuarantine(options.onBadRow);
  const tables = await loadParts(database, source, options);
  options.onProgress?.('load', tables.train.numRows);
  const spec = await specOf(database, tables, options);
  if (spec.label === undefined)
    throw new ConfigError(expected('openDataset', 'a label', 'none', 'give `label`, the column to be predicted'));
  const columns = [...new Set([...columnsOf(spec), spec.label.column])];
  for (const table of everyTable(tables)) requireColumns(table, columns);

  const split = partConditions(tables, options);
  if (split.expression !== undefined) {
    const part = splitExpression(split.expression, tables.train.columns);
    const sql = `CREATE TEMP TABLE ctrflow_split AS SELECT *, ${part} AS ctrflow_part FROM ${identifier(tables.train.name)}`;
    await database.connection.run(sql);
  }
  const readers = new Map<string, TableReader>();
  const readerOf = async ({ table }: PartRows): Promise<TableReader> => {
    const reader = readers.get(table) ?? (await TableReader.open(database, table, columns, spec));
    readers.set(table, reader);
    return reader;
  };
  const dropped = sumByReason(everyTable(tables));
  const policy = new BadRows(tables.train.sources.join(', '), options.onBadRow ?? 'fail', dropped);
  const schema = schemaBrand.is(options.schema)
    ? options.schema
    : await fit(spec, await readerOf(split.train), split.train.condition, policy);
  const sampler =
    options.negativeKeepRate === undefined ? undefined : new NegativeDownsampler(options.negativeKeepRate);

  const counts: Partial<Record<PartName, PartCount>> = {};
  for (const part of ['train', 'valid', 'test'] as const) {
    const rows = split[part];
    if (rows === undefined) continue;
    const reader = await readerOf(rows);
    for await (const encoded of encodeChunks(schema, reader, rows.condition, policy)) {
      const kept = part === 'train' && sampler !== undefined ? sampler.keep(encoded) : encoded;
      if (kept.numRows === 0) continue;
      count((counts[part] ??= { numRows: 0, numPositives: 0 }), kept);
      await take(part, kept);
      options.onProgress?.('encode', counts[part].numRows);
    }
  }
  if (sampler !== undefined) dropped.downsampled = sampler.numDropped;
  const seconds = (performance.now() - started) / 1000;
  return { schema, summary: summarize(tables, counts, dropped, options.negativeKeepRate, seconds) };
}

async function* encodeChunks(
  schema: FeatureSchema,
  reader: TableReader,
  condition: string,
  policy: BadRows,
): AsyncGenerator<EncodedColumns> {
  let rows = 0;
  for await (const table of reader.tables(condition)) {
    yield await policy.encode((onProblem) => schema.encode(table, onProblem), rows);
    rows += table.numRows;
  }
}

/** The declaration to fit: given, or inferred from all rows of the training file. */
async function specOf(database: Database, { train }: Tables, options: OpenDatasetOptions): Promise<SchemaSpec> {
  const { schema, label, nullValues, dropColumns = [] } = options;
  if (schemaBrand.is(schema)) return schema.spec;
  const declared: LabelSpec | undefined = typeof label === 'string' ? { column: label } : label;
  if (schema !== undefined) return { ...schema, ...(declared && { label: declared }) };
  if (declared === undefined)
    throw new ConfigError(
      expected('openDataset', 'a label or a schema', 'neither', 'give `label`, the column to be predicted'),
    );
  requireColumns(train, [declared.column, ...dropColumns]);
  options.onProgress?.('infer', train.numRows);
  const profiles = await profileTable(database, train, declared.column, nullValues);
  const { spec } = inferSchema(profiles, { label: declared, dropColumns, ...(nullValues && { nullValues }) });
  return { ...spec, ...(train.dialect && { dialect: train.dialect }) };
}

/** Raw columns that a declaration reads. */
export function columnsOf({ fields, label, weight, group, time }: SchemaSpec): string[] {
  const inputs = fields.flatMap((field) => (field.kind === 'crossed' ? [] : [field.column ?? field.name]));
  return [...new Set([...inputs, label?.column, weight, group, time?.column].filter((column) => column !== undefined))];
}

async function fit(spec: SchemaSpec, reader: TableReader, condition: string, policy: BadRows): Promise<FeatureSchema> {
  const fitter = createFitter(spec);
  for await (const table of reader.tables(condition)) fitter.add(table, policy.whileFitting);
  return fitter.finish();
}
