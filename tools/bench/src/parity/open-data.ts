import { readFile } from 'node:fs/promises';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';
import { schemaFromJSON, validateSpec } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import type { ParityData } from './arguments';

/** Opens the rows of a comparison; parts without a file of their own are 10 % each of the training file, by a stable hash of the row. */
export async function openParityData(request: ParityData): Promise<Dataset> {
  const { train, valid, test, label, positive, schema, dropColumns, nullValues, names, comment, limit } = request;
  return openDataset(train, {
    ...(label !== undefined && { label: { column: label, ...(positive && { positive }) } }),
    ...(schema !== undefined && { schema: await readSchema(schema) }),
    ...(valid !== undefined && { valid }),
    ...(test !== undefined && { test }),
    ...((valid !== undefined || test !== undefined) && {
      split: { by: 'ratio', valid: valid === undefined ? 0.1 : 0, test: test === undefined ? 0.1 : 0 },
    }),
    ...(dropColumns && { dropColumns }),
    ...(nullValues && { nullValues }),
    ...(limit !== undefined && { limit }),
    dialect: { ...(names && { names }), ...(comment !== undefined && { comment }) },
  });
}

/** A fitted schema, or a declaration. */
async function readSchema(path: string): Promise<SchemaSpec | FeatureSchema> {
  const json = JSON.parse(await readFile(path, 'utf8')) as object;
  return 'fields' in json ? validateSpec(json) : schemaFromJSON(json);
}
