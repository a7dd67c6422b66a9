import { readFile } from 'node:fs/promises';
import { ConfigError, emptyRecord, expected } from '@ctrflow/core';
import { parse, stringify } from 'yaml';
import { isMapping } from './option';

/**
 * Reads a config file: YAML, of which JSON is a part.
 *
 * @throws ConfigError for a file that is missing, cannot be parsed, or is not a mapping of option names to values
 */
export async function readConfigFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const who = `config ${path}`;
  const content = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`${who}: expected a readable file, got ${(error as Error).message}; check --config`);
  });
  const config = parseYaml(who, content);
  if (config === null) return emptyRecord();
  if (isMapping(config)) return config;
  throw new ConfigError(
    expected(who, 'a mapping of option names to values', config, 'write lines such as "epochs: 5"'),
  );
}

/** A config file of some options. */
export function renderConfigFile(config: Readonly<Record<string, unknown>>): string {
  return stringify(config, { lineWidth: 0 }); // a long path stays in one piece
}

function parseYaml(who: string, content: string): unknown {
  try {
    return parse(content) as unknown;
  } catch (error) {
    const [problem] = (error as Error).message.split('\n');
    throw new ConfigError(`${who}: expected YAML or JSON, got ${problem ?? 'something else'}`);
  }
}
