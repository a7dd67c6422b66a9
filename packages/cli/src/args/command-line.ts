import { ConfigError, emptyRecord, mergeRecords } from '@ctrflow/core';
import { Command as Parser, CommanderError, Option as ParserOption } from 'commander';
import { camelCase, kebabCase } from '../output/format';
import type { Command } from './command';
import type { RawArguments } from './invocation';
import { configOptions, unknownOption } from './invocation';
import type { Option, Options } from './option';

/** What to do: run a command with raw arguments, or print some help. */
export type ParsedCommandLine =
  | { readonly kind: 'run'; readonly command: Command; readonly raw: RawArguments }
  | { readonly kind: 'print'; readonly text: string };

/**
 * Reads a command line.
 *
 * @throws ConfigError for an unknown command, option or a missing argument
 */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
): ParsedCommandLine {
  let parsed: ParsedCommandLine | undefined;
  let printed = '';
  const program = quiet(new Parser('ctrflow'), (text) => (printed += text))
    .description('Predicts what people will click and buy: from a file to a trained, explained, saved model.')
    .version(version, '-V, --version', 'print the version')
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      '\nExit status: 0 ok, 1 a bug, 2 usage, 3 data, 4 training, 5 a damaged file, 6 backend,\n7 files and devices, 130 interrupted. One command in detail: ctrflow train --help',
    );
  for (const command of commands) {
    const parser = commandParser(command, (text) => (printed += text));
    parser.action(() => {
      const flags = parser.opts<Record<string, string | true>>();
      parsed = { kind: 'run', command, raw: { operands: parser.args, flags } };
    });
    program.addCommand(parser);
  }
  const [name, ...rest] = argv;
  const command = commands.find((candidate) => candidate.name === name);
  const { known, unknown } =
    command === undefined ? { known: rest, unknown: emptyRecord<string | true>() } : splitUnknown(command, rest);
  try {
    program.parse(name === undefined ? ['--help'] : [name, ...known], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    const who = command === undefined ? 'ctrflow' : `ctrflow ${command.name}`;
    throw new ConfigError(`${who}: ${error.message.replace(/^error: /, '').replace(/\s+/g, ' ')}; see --help`);
  }
  if (parsed?.kind !== 'run') return { kind: 'print', text: printed };
  return { ...parsed, raw: { ...parsed.raw, flags: mergeRecords(parsed.raw.flags, unknown) } };
}

function quiet(parser: Parser, write: (text: string) => void): Parser {
  return parser.exitOverride().configureOutput({ writeOut: write, writeErr: () => undefined });
}

function commandParser(command: Command, write: (text: string) => void): Parser {
  const parser = quiet(new Parser(command.name), write).description(command.summary);
  for (const operand of command.operands) parser.argument(operand);
  const options: Options = mergeRecords<Option<unknown>>(command.options, configOptions);
  for (const [name, option] of Object.entries(options)) {
    if (option.configOnly === true) continue;
    const flags = `--${kebabCase(name)}${option.placeholder === undefined ? '' : ` ${angled(option.placeholder)}`}`;
    parser.addOption(new ParserOption(flags, option.help).helpGroup(`${option.group ?? 'Options'}:`));
  }
  const modelHelp =
    command.takesModelOptions === true
      ? '\nOptions of the model itself, such as --hidden-units 64,32: see `ctrflow models NAME`.\n'
      : '';
  return parser.addHelpText(
    'after',
    `${modelHelp}\nExamples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`,
  );
}

function angled(placeholder: string): string {
  return placeholder.startsWith('<') ? placeholder : `<${placeholder}>`;
}

/** Takes the options out that the command does not declare: the model's, or an error with a suggestion. */
function splitUnknown(
  command: Command,
  argv: readonly string[],
): { known: string[]; unknown: Record<string, string | true> } {
  const options: Options = mergeRecords<Option<unknown>>(command.options, configOptions);
  const names = Object.entries(options).flatMap(([name, option]) =>
    option.configOnly === true ? [] : [kebabCase(name)],
  );
  const known: string[] = [];
  const unknown = emptyRecord<string | true>();
  for (let i = 0; i < argv.length; i++) {
    const token = argv[i];
    if (token === '--') {
      known.push(...argv.slice(i));
      break;
    }
    const [, name, inline] = /^--([a-z][^=]*)(?:=(.*))?$/is.exec(token) ?? [];
    const next = argv.at(i + 1);
    if (name === undefined || name === 'help') {
      known.push(token);
    } else if (names.includes(name)) {
      known.push(token);
      const takesValue = options[camelCase(name)].placeholder !== undefined && inline === undefined;
      if (takesValue && next !== undefined) known.push(argv[++i]);
    } else if (command.takesModelOptions !== true) {
      throw unknownOption(`ctrflow ${command.name}`, name, names, '--');
    } else {
      const takesNext = inline === undefined && next !== undefined && !next.startsWith('--');
      unknown[camelCase(name)] = inline ?? (takesNext ? argv[++i] : true);
    }
  }
  return { known, unknown };
}
