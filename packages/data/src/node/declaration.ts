import { ConfigError, expected } from '@ctrflow/core';
import { inferSchema, schemaBrand, targetColumn, targetsOf, validateSpec } from '@ctrflow/features';
import type { LabelSpec, SchemaSpec } from '@ctrflow/features';
import type { Database } from './database';
import { requireColumns } from './loaded-table';
import type { LoadedTable } from './loaded-table';
import type { OpenDatasetOptions } from './open-dataset-options';
import { profileTable } from './profile';

/** The declaration to fit: given, or inferred from all rows of the training file. */
export async function declarationOf(
  database: Database,
  train: LoadedTable,
  options: OpenDatasetOptions,
): Promise<SchemaSpec> {
  const { schema, label, targets, nullValues, dropColumns = [] } = options;
  if (schemaBrand.is(schema)) return schema.spec;
  const declared: LabelSpec | undefined = typeof label === 'string' ? { column: label } : label;
  const toPredict = { ...(declared && { label: declared }), ...(targets && { targets }) };
  if (schema !== undefined) return { ...validateSpec(schema), ...toPredict };
  const columns = targetsOf({ fields: [], ...toPredict }).map(targetColumn);
  if (columns.length === 0)
    throw new ConfigError(
      expected('openDataset', 'a label or a schema', 'neither', 'give `label`, the column to be predicted'),
    );
  requireColumns(train, [...columns, ...dropColumns]);
  options.onProgress?.('infer', train.numRows);
  const profiles = await profileTable(database, train, columns[0], nullValues);
  const { spec } = inferSchema(profiles, { ...toPredict, dropColumns, ...(nullValues && { nullValues }) });
  return { ...spec, ...(train.dialect && { dialect: train.dialect }) };
}

/** Raw columns that a declaration reads. */
export function columnsOf(spec: SchemaSpec): string[] {
  const { fields, weight, group, time } = spec;
  const targets = targetsOf(spec).map(targetColumn);
  const inputs = fields.flatMap((field) => (field.kind === 'crossed' ? [] : [field.column ?? field.name]));
  const times = fields.map((field) => (field.kind === 'sequence' ? field.sessions?.times : undefined));
  return [
    ...new Set([...inputs, ...times, ...targets, weight, group, time?.column].filter((column) => column !== undefined)),
  ];
}
