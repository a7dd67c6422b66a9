import { SerializationError, expected, isCtrflowError, mergeRecords } from '@ctrflow/core';
import type { FittedState } from './fields/encoder';
import { SCHEMA_VERSION, fittedSchema } from './fitted-schema';
import type { FeatureSchema } from './schema';
import { validateSpec } from './validate';

/**
 * Restores a schema that `toJSON` gave.
 *
 * @throws SerializationError when it is no schema, damaged, or of a newer version
 */
export function schemaFromJSON(json: unknown): FeatureSchema {
  if (!isObject(json) || json.format !== 'ctrflow-schema') {
    const hint = 'a fitted schema is the schema.json of a model or run folder';
    throw new SerializationError(expected('schema', 'JSON of format "ctrflow-schema"', json, hint));
  }
  if (typeof json.version !== 'number' || json.version > SCHEMA_VERSION) {
    const hint = 'install a newer version of @ctrflow/features';
    throw new SerializationError(expected('schema', `a version up to ${SCHEMA_VERSION}`, json.version, hint));
  }
  try {
    const spec = validateSpec(json.spec);
    const { vocabularies, numbers } = json as unknown as FittedState;
    checkState({ vocabularies, numbers });
    return fittedSchema(spec, { vocabularies: mergeRecords(vocabularies), numbers: mergeRecords(numbers) });
  } catch (error) {
    if (isCtrflowError(error, 'SerializationError')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SerializationError(`schema: expected the JSON that toJSON gave, got a damaged one; ${reason}`, {
      cause: error,
    });
  }
}

function checkState({ vocabularies, numbers }: FittedState): void {
  if (!isObject(vocabularies) || !isObject(numbers)) {
    throw new SerializationError(expected('schema', 'vocabularies and numbers', undefined, 'the file is damaged'));
  }
  for (const [table, values] of Object.entries(vocabularies)) {
    if (Array.isArray(values) && values.every((value) => typeof value === 'string')) continue;
    throw new SerializationError(expected('schema', `a list of texts as vocabulary of "${table}"`, values));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
