import { readFile } from 'node:fs/promises';
import { ConfigError, SchemaError } from '@ctrflow/core';
import { schemaFromJSON, validateSpec } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import { isMapping } from '../args/option';

/** Reads a fitted schema or a declaration. */
export async function readSchema(path: string): Promise<SchemaSpec | FeatureSchema> {
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`schema ${path}: expected a readable file, got ${(error as Error).message}; check the path`);
  });
  const json = parseJson(path, content);
  return isMapping(json) && 'fields' in json ? validateSpec(json) : schemaFromJSON(json);
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new SchemaError(`schema ${path}: expected JSON, got ${(error as Error).message}`);
  }
}
