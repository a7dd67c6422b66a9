import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { ConfigError, suggest } from '@ctrflow/core';

type Flags = NonNullable<ParseArgsConfig['options']>;

/** What stands on a command line: flags by name, and what is no flag. */
export interface ParsedFlags<F extends Flags> {
  readonly values: Readonly<Partial<Record<keyof F, string | boolean>>>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command line of a tool.
 *
 * @throws ConfigError for a flag that the tool does not have, with the nearest one
 */
export function parseFlags<F extends Flags>(who: string, argv: readonly string[], flags: F): ParsedFlags<F> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
    return { values: values as unknown as ParsedFlags<F>['values'], positionals };
  } catch (error) {
    const message = (error as Error).message;
    const name = /'--([^' ]+)/.exec(message)?.[1];
    const near = name === undefined ? undefined : suggest(name, Object.keys(flags));
    throw new ConfigError(`${who}: ${message.split('.')[0]}${near === undefined ? '' : `; did you mean --${near}?`}`, {
      cause: error,
    });
  }
}
