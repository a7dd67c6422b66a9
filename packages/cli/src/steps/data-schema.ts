import { recordOf } from '@ctrflow/core';
import { requireNotInside } from '@ctrflow/core/node';
import { inspectSource } from '@ctrflow/data/node';
import { schemaBrand } from '@ctrflow/features';
import type { Dialect, FeatureSchema, SchemaSpec } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import { without } from '../args/option';
import type { Values } from '../args/option';
import type { ReaderOptions } from './data-options';
import { editFitted, editSpec } from './edit-schema';
import { readSchema } from './read-schema';

type DataOptions = Values<typeof dataOptions>;

/**
 * The schema that the options name or describe; undefined leaves it to `openDataset`, which infers one. Options edit a schema
 * of a file or of a preset as they edit one that is inferred.
 *
 * @param ofPreset - stands for the file of a schema
 * @throws SchemaError for a file that holds no schema; ConfigError for an option that the schema cannot take, or a file in the encoded folder
 */
export async function schemaOf(
  who: string,
  source: string,
  options: DataOptions,
  reader: ReaderOptions,
  ofPreset?: SchemaSpec,
): Promise<SchemaSpec | FeatureSchema | undefined> {
  if (options.schema !== undefined && options.encodedFolder !== undefined)
    await requireNotInside('encoded folder', options.encodedFolder, [options.schema]);
  const schema = options.schema === undefined ? ofPreset : await readSchema(options.schema);
  if (schema !== undefined)
    return schemaBrand.is(schema) ? editFitted(who, schema, options) : editSpec(who, schema, options);
  const { weight, group, time, fields } = options;
  if (fields === undefined && weight === undefined && group === undefined && time === undefined) return undefined;
  const edits = without(options, ['label', 'targets', 'positive', 'nullValues', 'dropColumns']); // inference has heard of these
  return editSpec(who, await inferredSpec(source, reader), edits);
}

/** What inference makes of the file; it knows of label, missing texts and columns to leave out. */
async function inferredSpec(source: string, reader: ReaderOptions): Promise<SchemaSpec> {
  const { label, targets, dialect, nullValues, dropColumns, limit } = reader;
  const { spec } = await inspectSource(source, {
    ...(label && { label }),
    ...(targets && { targets }),
    ...(dialect && { dialect }),
    ...(nullValues && { nullValues }),
    ...(dropColumns && { dropColumns }),
    ...(limit !== undefined && { limit }),
  });
  return dialect?.names === undefined ? spec : { ...spec, dialect: withoutHeader(spec.dialect) };
}

/** Where the user names the columns, each file may have a header or not: it is looked at file by file. */
function withoutHeader(dialect: Dialect | undefined): Dialect {
  return recordOf(Object.entries(dialect ?? {}).filter(([name]) => name !== 'header')) as unknown as Dialect;
}
