import { readFile } from 'node:fs/promises';
import { SchemaError, expected } from '@ctrflow/core';
import { inspectSource } from '@ctrflow/data/node';
import { schemaFromJSON, validateSpec } from '@ctrflow/features';
import type { Dialect, FeatureSchema, FieldSpec, SchemaSpec } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import type { Values } from '../args/option';
import { isMapping } from '../args/option';
import type { ReaderOptions } from './data-options';

type DataOptions = Values<typeof dataOptions>;

/**
 * The schema that the options name or describe; undefined leaves it to `openDataset`, which infers one.
 *
 * @throws SchemaError for a file that holds no schema
 */
export async function schemaOf(
  source: string,
  options: DataOptions,
  reader: ReaderOptions,
): Promise<SchemaSpec | FeatureSchema | undefined> {
  if (options.schema !== undefined) return readSchema(options.schema);
  const { fields, weight, group, time } = options;
  if (fields === undefined && weight === undefined && group === undefined && time === undefined) return undefined;
  return inferAndEdit(source, options, reader);
}

/** Reads a fitted schema or a declaration. */
export async function readSchema(path: string): Promise<SchemaSpec | FeatureSchema> {
  const json = parseJson(path, await readFile(path, 'utf8'));
  return isMapping(json) && 'fields' in json ? validateSpec(json) : schemaFromJSON(json);
}

/** Infers a schema and puts in what the user says: roles, and fields in the place of inferred ones. */
async function inferAndEdit(source: string, options: DataOptions, reader: ReaderOptions): Promise<SchemaSpec> {
  const { weight, group, time, timeFormat, fields = [], dropColumns = [] } = options;
  const { label, dialect, nullValues, limit } = reader;
  const roles = [weight, time].filter((column) => column !== undefined); // no inputs of a model
  const { spec } = await inspectSource(source, {
    ...(label && { label }),
    ...(dialect && { dialect }),
    ...(nullValues && { nullValues }),
    ...(limit !== undefined && { limit }),
    dropColumns: [...dropColumns, ...roles],
  });
  if (!Array.isArray(fields)) throw new SchemaError(expected('fields', 'a list of fields', fields));
  const declared = fields as readonly FieldSpec[];
  const inferred = spec.fields.filter(({ name }) => !declared.some((field) => field?.name === name));
  return validateSpec({
    ...spec,
    ...(dialect?.names && { dialect: withoutHeader(spec.dialect) }),
    fields: [...inferred, ...declared],
    ...(weight === undefined ? {} : { weight }),
    ...(group === undefined ? {} : { group }),
    ...(time === undefined ? {} : { time: { column: time, ...(timeFormat && { format: timeFormat }) } }),
  });
}

/** Where the user names the columns, each file may have a header or not: it is looked at file by file. */
function withoutHeader(dialect: Dialect | undefined): object {
  return Object.fromEntries(Object.entries(dialect ?? {}).filter(([name]) => name !== 'header'));
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new SchemaError(`schema ${path}: expected JSON, got ${(error as Error).message}`);
  }
}
