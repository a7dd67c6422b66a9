import { ConfigError, expected, mapRecord, recordOf } from '@ctrflow/core';
import type { Option } from '@ctrflow/core';
import type { ModelFactory } from '@ctrflow/model-kit';
import { kebabCase } from '../output/format';
import type { Invocation } from './command';
import { unknownOption } from './invocation';
import type { Options } from './option';

/**
 * The options for each of some models: an option goes to every model that has it, and at least one has to.
 *
 * @throws ConfigError for an option that none of the models has, or a value that the option may not have
 */
export function modelOptionsFor(
  { who, modelOptions, knownOptions }: Pick<Invocation<Options>, 'who' | 'modelOptions' | 'knownOptions'>,
  factories: readonly Pick<ModelFactory, 'modelName' | 'options'>[],
): readonly Readonly<Record<string, unknown>>[] {
  const names = new Set(factories.flatMap(({ options }) => Object.keys(options)));
  for (const name of Object.keys(modelOptions)) {
    if (!names.has(name)) throw unknownOption(who, name, [...knownOptions, ...[...names].map(kebabCase)], '--');
  }
  return factories.map(({ modelName, options }) => {
    const caller = factories.length === 1 ? who : `${who}, ${modelName}`;
    const own = Object.entries(modelOptions).filter(([name]) => Object.hasOwn(options, name));
    return mapRecord(recordOf(own), (value, name) => valueOf(caller, `--${kebabCase(name)}`, value, options[name]));
  });
}

/** A text of the command line as the option reads it; values of a config file have their types already. */
function valueOf(who: string, flag: string, value: unknown, option: Option<unknown, unknown>): unknown {
  if (value === true && typeof option.default !== 'boolean')
    throw new ConfigError(expected(who, `a value for ${flag}`, value, `such as ${flag} ${String(option.default)}`));
  return option.check(who, flag, typeof value === 'string' ? option.fromText(value) : value);
}
