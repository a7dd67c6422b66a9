import { ConfigError, checkKnownOptions, expected } from '@ctrflow/core';
import type { DialectOptions } from './dialect';

/**
 * Checks what is known of text files beforehand: in Node all of it becomes SQL.
 *
 * @throws ConfigError
 */
export function checkDialect(dialect: DialectOptions | undefined): void {
  if (dialect === undefined) return;
  checkKnownOptions('dialect', dialect, ['delimiter', 'quote', 'header', 'comment', 'names']);
  for (const [name, value] of Object.entries(dialect) as [keyof DialectOptions, unknown][]) {
    if (value === undefined) continue;
    const { what, is } = kinds[name];
    if (!is(value)) throw new ConfigError(expected('dialect', `${what} for ${name}`, value));
  }
}

const oneCharacter = (value: unknown): boolean => typeof value === 'string' && value.length === 1;

const kinds: Readonly<Record<keyof DialectOptions, { what: string; is: (value: unknown) => boolean }>> = {
  delimiter: { what: 'one character', is: oneCharacter },
  quote: { what: 'one character', is: oneCharacter },
  comment: { what: 'one character', is: oneCharacter },
  header: { what: 'true or false', is: (value) => typeof value === 'boolean' },
  names: { what: 'a list of names', is: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string') }, // prettier-ignore
};
