import { checkFunction, checkKnownOptions, checkNumber, checkText, checkTexts } from '@ctrflow/core';
import { writeFolderAtomic } from '@ctrflow/core/node';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { checkDialect } from '../check-dialect';
import type { Dataset } from '../dataset';
import { checkKeepRate } from '../downsample';
import { concatColumns, rowsInMemory } from '../memory';
import { openDatabase } from './database';
import type { Database } from './database';
import { EncodedWriter, encodedKind, openWritten, reuseEncoded } from './encoded';
import type { PartName } from './encoded';
import { inputDigest } from './input-digest';
import { requireNoneInside } from './input-paths';
import { openDatasetOptionNames } from './open-dataset-options';
import type { OpenDatasetOptions } from './open-dataset-options';
import { checkOnBadRow } from './quarantine';
import { readDataset } from './read-dataset';
import { checkSource } from './source';
import type { Source } from './source';
import { writing } from './writing';

/**
 * Opens files as a data set: reads them, infers a schema unless one is given, splits, fits the schema on the training rows, and encodes all parts.
 *
 * @example
 * const data = await openDataset('clicks.csv', { label: 'click', split: { by: 'time', column: 'ts', valid: 0.1, test: 0.1 } });
 * @throws DataError with file, line and column for rows that cannot be read; SchemaError, ConfigError
 */
export async function openDataset(source: Source, options: OpenDatasetOptions = {}): Promise<Dataset> {
  checkKnownOptions('openDataset', options, openDatasetOptionNames);
  checkSource('openDataset', source);
  const {
    encodedFolder,
    valid,
    test,
    onBadRow,
    dropColumns,
    nullValues,
    dialect,
    negativeKeepRate,
    onProgress,
    shuffleMegabytes,
  } = options;
  for (const part of [valid, test]) if (part !== undefined) checkSource('openDataset', part);
  if (onBadRow !== undefined) checkOnBadRow(onBadRow);
  checkDialect(dialect);
  if (encodedFolder !== undefined) checkText('openDataset', 'encodedFolder', encodedFolder);
  if (onProgress !== undefined) checkFunction('openDataset', 'onProgress', onProgress);
  if (shuffleMegabytes !== undefined) checkNumber('openDataset', 'shuffleMegabytes', shuffleMegabytes, { min: 0 });
  if (negativeKeepRate !== undefined) checkKeepRate(negativeKeepRate);
  for (const [name, texts] of Object.entries({ dropColumns, nullValues }))
    if (texts !== undefined) checkTexts('openDataset', name, texts);
  const database = await openDatabase(options);
  try {
    if (encodedFolder === undefined) return await readIntoMemory(database, source, options);
    const sources = [source, valid, test].filter((one) => one !== undefined);
    await requireNoneInside(database, 'encoded folder', encodedFolder, sources);
    const inputs = await inputDigest(database, source, options);
    const reused = inputs === undefined ? undefined : await reuseEncoded(encodedFolder, inputs, options);
    if (reused !== undefined) return reused;
    const schema = await writing('openDataset', encodedFolder, () =>
      writeFolderAtomic(encodedFolder, encodedKind, (folder) =>
        readIntoFolder(database, source, options, folder, inputs),
      ),
    );
    return await openWritten(encodedFolder, schema, options);
  } finally {
    await database.close();
  }
}

async function readIntoFolder(
  database: Database,
  source: Source,
  options: OpenDatasetOptions,
  folder: string,
  inputs: string | undefined,
): Promise<FeatureSchema> {
  const writer = new EncodedWriter(folder);
  try {
    const { schema, summary } = await readDataset(database, source, options, (part, rows) => writer.write(part, rows));
    await writer.finish(schema, summary, inputs);
    return schema;
  } finally {
    await writer.settled(); // a folder that failed is removed
  }
}

async function readIntoMemory(database: Database, source: Source, options: OpenDatasetOptions): Promise<Dataset> {
  const chunks: Record<PartName, EncodedColumns[]> = { train: [], valid: [], test: [] };
  const { schema, summary } = await readDataset(database, source, options, (part, rows) => {
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
