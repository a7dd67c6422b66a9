import type { Io } from '../io';
import type { Options, Values } from './option';
import type { OptionRules } from './option-rules';

/** A command of `ctrflow`. Its module is light: whatever is heavy is imported when it runs. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** `<file>` is required, `[file]` is not. */
  readonly operands: readonly `${'<' | '['}${string}${'>' | ']'}`[];
  readonly options: O;
  /** Which options need others; what would be ignored is refused. */
  readonly rules?: OptionRules;
  /** Unknown options are the model's, and checked when it is known. */
  readonly takesModelOptions?: boolean;
  readonly examples: readonly string[];
  /** Puts in what an option stands for, such as the settings of a preset. `--print-config` shows what comes of it. */
  expand?(invocation: Invocation<O>): Promise<Invocation<O>>;
  /** @returns the exit status; 0 when nothing is returned */
  run(invocation: Invocation<O>): Promise<number | undefined>;
}

/** A command with what the user gave to it. */
export interface Invocation<O extends Options> {
  /** `ctrflow train`: begins messages. */
  readonly who: string;
  /** The arguments that are no options, as many as the command declares or fewer. */
  readonly operands: readonly string[];
  /** Flags over the config file. */
  readonly options: Values<O>;
  /** Options that the command does not know, by their names in the library: the model's. */
  readonly modelOptions: Readonly<Record<string, unknown>>;
  /** The names that the command itself knows, for suggestions. */
  readonly knownOptions: readonly string[];
  readonly io: Io;
}

/** Declares a command; only infers the types of its options. */
export function defineCommand<O extends Options>(command: Command<O>): Command<O> {
  return command;
}
