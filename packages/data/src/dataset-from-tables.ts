import { checkObject, emptyRecord } from '@ctrflow/core';
import { checkRawTable, fitSchema, schemaBrand } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema, RawTable, SchemaSpec } from '@ctrflow/features';
import type { Dataset } from './dataset';
import { rowsInMemory } from './memory';
import { countTargets, summaryOfTargets } from './target-counts';

/** Raw rows by part. */
export interface TablesByPart {
  readonly train: RawTable;
  readonly valid?: RawTable;
  readonly test?: RawTable;
}

/**
 * Raw tables in memory as a data set, in browsers too: fits the schema on the training rows unless it is fitted already, and encodes all parts.
 *
 * @example
 * const samples = purchaseSamples(log, 'coffee machines');
 * const data = await datasetFromTables(samples.spec, samples);
 * @throws DataError for a value that cannot be encoded
 */
export async function datasetFromTables(schema: SchemaSpec | FeatureSchema, tables: TablesByPart): Promise<Dataset> {
  const started = performance.now();
  const who = 'datasetFromTables';
  const { train, valid, test } = checkObject(who, 'tables by part', tables);
  checkRawTable(who, train);
  for (const table of [valid, test]) if (table !== undefined) checkRawTable(who, table);
  const fitted = schemaBrand.is(schema) ? schema : await fitSchema(schema, [train]);
  const encoded = {
    train: fitted.encode(train),
    ...(valid && { valid: fitted.encode(valid) }),
    ...(test && { test: fitted.encode(test) }),
  };
  const rows = (part: RawTable | undefined): number => part?.numRows ?? 0;
  const byPart = <T>(map: (columns: EncodedColumns) => T): { train: T; valid?: T; test?: T } => ({
    train: map(encoded.train),
    ...(encoded.valid && { valid: map(encoded.valid) }),
    ...(encoded.test && { test: map(encoded.test) }),
  });
  return {
    schema: fitted,
    ...byPart(rowsInMemory),
    summary: {
      sources: ['rows in memory'],
      numRows: {
        read: rows(train) + rows(valid) + rows(test),
        train: rows(train),
        valid: rows(valid),
        test: rows(test),
      },
      ...summaryOfTargets(
        fitted.targets,
        byPart((columns) => countTargets(fitted.targets, columns)),
      ),
      dropped: emptyRecord(),
      seconds: (performance.now() - started) / 1000,
      reused: false,
    },
  };
}
