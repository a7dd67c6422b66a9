import { schemaBrand, targetColumn } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { SchemaError, checkObject, emptyRecord, expected } from '@ctrflow/core';
import type { RowSource } from '../dataset';
import { checkDialect } from '../check-dialect';
import type { DialectOptions } from '../dialect';
import { concatColumns, rowsInMemory } from '../memory';
import { BadRows } from './bad-rows';
import { openDatabase } from './database';
import type { DatabaseOptions } from './database';
import { fileDialect, loadTable } from './load';
import { requireColumns } from './loaded-table';
import { TableReader } from './read-table';
import { checkSource } from './source';
import type { Source } from './source';

/** Options of {@link openRows}. */
export interface OpenRowsOptions extends DatabaseOptions {
  readonly dialect?: DialectOptions;
  /** Requires the columns of all targets. Default false: it is used when it is there. */
  readonly requireLabel?: boolean;
}

/**
 * Opens raw rows with a fitted schema, in the order of the file: to evaluate or to predict.
 *
 * @throws DataError for a missing column or a value that cannot be encoded
 */
export async function openRows(
  source: Source,
  schema: FeatureSchema,
  options: OpenRowsOptions = {},
): Promise<RowSource> {
  checkSource('openRows', source);
  if (!schemaBrand.is(schema))
    throw new SchemaError(expected('openRows', 'a fitted schema', schema, 'give data.schema or model.schema'));
  checkObject('openRows', 'an object of options', options);
  checkDialect(options.dialect);
  const database = await openDatabase(options);
  const { spec, inputs, columns, targets } = schema;
  try {
    const table = await loadTable(database, 'rows', source, {
      likelyDialect: fileDialect(spec),
      ...(options.dialect && { dialect: options.dialect }),
      expectedNames: inputs,
      spec,
    });
    requireColumns(table, inputs);
    if (options.requireLabel === true) {
      if (targets.length === 0) throw new SchemaError(expected('openRows', 'a schema with a label', 'none'));
      requireColumns(table, targets.map(targetColumn));
    }
    const present = columns.filter((column) => table.columns.includes(column));
    const reader = await TableReader.open(database, table, present, spec);
    const policy = new BadRows(database, 'fail', emptyRecord());
    const chunks: EncodedColumns[] = [];
    let firstRow = 0;
    for await (const raw of reader.tables()) {
      const rows = { table, condition: 'true' };
      chunks.push(await policy.encode((onProblem) => schema.encode(raw, onProblem), rows, firstRow));
      firstRow += raw.numRows;
    }
    return rowsInMemory(concatColumns(chunks));
  } finally {
    await database.close();
  }
}
