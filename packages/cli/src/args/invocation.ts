import { ConfigError, emptyRecord, expected, mergeRecords, recordOf, suggest } from '@ctrflow/core';
import type { Io } from '../io';
import { camelCase, kebabCase } from '../output/format';
import type { Command, Invocation } from './command';
import { readConfigFile, renderConfigFile } from './config-file';
import type { Option, Options, Values } from './option';
import { flag, grouped, text } from './option';
import { checkRules } from './option-rules';

/** Options that every command has. */
export const configOptions = grouped('Config', {
  config: text('<file>', 'read options from a YAML or JSON file; flags win'),
  printConfig: flag('print the options as a config file, and do nothing else'),
});

/** What the command line says, before anything is checked: texts and `true`. */
export interface RawArguments {
  readonly operands: readonly string[];
  /** By name in the library. */
  readonly flags: Readonly<Record<string, string | true>>;
}

/**
 * Merges flags over the config file and checks every value.
 *
 * @returns the invocation, or undefined when `--print-config` printed it
 * @throws ConfigError
 */
export async function resolveInvocation<O extends Options>(
  command: Command<O>,
  { operands, flags }: RawArguments,
  io: Io,
): Promise<Invocation<O> | undefined> {
  const who = `ctrflow ${command.name}`;
  const known: Options = mergeRecords<Option<unknown>>(command.options, configOptions);
  const names = Object.keys(known).map(kebabCase);

  const { config: configPath, printConfig, ...given } = flags;
  const config = configPath === undefined ? emptyRecord() : await readConfigFile(String(configPath));
  const fromFile = checkValues(command, `config ${String(configPath)}`, byLibraryName(config), names);
  const fromFlags = checkValues(command, who, given, names, '--');
  const options = mergeRecords(fromFile.options, fromFlags.options) as Values<O>;
  checkRules(who, options, command.rules ?? emptyRecord(), command.options);
  const modelOptions = mergeRecords(fromFile.modelOptions, fromFlags.modelOptions);
  const invocation: Invocation<O> = { who, operands, options, modelOptions, knownOptions: names, io };
  const expanded = (await command.expand?.(invocation)) ?? invocation;
  if (printConfig !== true) return expanded;
  const entries = Object.entries(mergeRecords<unknown>(expanded.options, expanded.modelOptions));
  io.out.write(renderConfigFile(recordOf(entries.map(([name, value]) => [kebabCase(name), value]))));
  return undefined;
}

/** The error for an option that nothing knows, with the nearest name. */
export function unknownOption(who: string, name: string, names: readonly string[], prefix = ''): ConfigError {
  const near = suggest(kebabCase(name), names);
  const hint = near === undefined ? 'see --help' : `did you mean "${prefix}${near}"?`;
  return new ConfigError(expected(who, 'an option that it knows', `${prefix}${kebabCase(name)}`, hint));
}

function checkValues(
  command: Command,
  who: string,
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
  prefix = '',
): { options: Record<string, unknown>; modelOptions: Record<string, unknown> } {
  const options = emptyRecord<unknown>();
  const modelOptions = emptyRecord<unknown>();
  for (const [name, value] of Object.entries(values)) {
    const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
    if (option !== undefined) options[name] = option.parse(value, { who, name: `${prefix}${kebabCase(name)}` });
    else if (command.takesModelOptions === true) modelOptions[name] = value;
    else throw unknownOption(who, name, names, prefix);
  }
  return { options, modelOptions };
}

/** Config keys may be written as flags are (`batch-size`) or as the library names them (`batchSize`). */
function byLibraryName(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return recordOf(Object.entries(config).map(([key, value]) => [camelCase(key), value]));
}
