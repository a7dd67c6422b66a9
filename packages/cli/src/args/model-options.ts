import { ConfigError, checkNumber, expected, recordOf } from '@ctrflow/core';
import type { ModelFactory } from '@ctrflow/model-kit';
import { kebabCase } from '../output/format';
import type { Invocation } from './command';
import { unknownOption } from './invocation';
import type { Options } from './option';

/**
 * The options for each of some models: an option goes to every model that has it, and at least one has to.
 *
 * @throws ConfigError for an option that none of the models has, or a text that is not what its default is
 */
export function modelOptionsFor(
  { who, modelOptions, knownOptions }: Pick<Invocation<Options>, 'who' | 'modelOptions' | 'knownOptions'>,
  factories: readonly ModelFactory[],
): readonly Readonly<Record<string, unknown>>[] {
  const names = new Set(factories.flatMap(({ defaults }) => Object.keys(defaults)));
  for (const name of Object.keys(modelOptions)) {
    if (!names.has(name)) throw unknownOption(who, name, [...knownOptions, ...[...names].map(kebabCase)], '--');
  }
  return factories.map(({ defaults }) =>
    recordOf(
      Object.entries(modelOptions)
        .filter(([name]) => Object.hasOwn(defaults, name))
        .map(([name, value]) => [name, fromText(who, name, value, (defaults as Record<string, unknown>)[name])]),
    ),
  );
}

/** Gives a text of the command line the type of the option's default; values of a config file have theirs already. */
function fromText(who: string, name: string, value: unknown, like: unknown): unknown {
  const option = `--${kebabCase(name)}`;
  if (typeof like === 'boolean' && typeof value === 'string') {
    if (value === 'true' || value === 'false') return value === 'true';
    throw new ConfigError(expected(who, `true or false for ${option}`, value, `write ${option}=true`));
  }
  if (typeof value === 'boolean' && typeof like !== 'boolean')
    throw new ConfigError(expected(who, `a value for ${option}`, value, `such as ${option} ${example(like)}`));
  if (typeof value !== 'string') return value;
  if (typeof like === 'number') return checkNumber(who, option, numberOf(value));
  if (Array.isArray(like)) return value === '' ? [] : value.split(',').map((part) => element(who, option, part, like));
  return value;
}

function element(who: string, option: string, part: string, like: readonly unknown[]): unknown {
  return typeof like[0] === 'string' ? part : checkNumber(who, option, numberOf(part));
}

function numberOf(value: string): number | string {
  const parsed = Number(value);
  return value.trim() === '' || Number.isNaN(parsed) ? value : parsed;
}

function example(like: unknown): string {
  return Array.isArray(like) ? like.join(',') : String(like);
}
