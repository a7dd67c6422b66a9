import {
  ConfigError,
  expected,
  number as finiteNumber,
  integer as wholeNumber,
  mapRecord,
  oneOf,
  recordOf,
  show,
} from '@ctrflow/core';
import type { Bounds, Option as Declaration } from '@ctrflow/core';

/** An option of a command: a flag on the command line and, under the same name, a key of the config file. */
export interface Option<T> {
  /** What stands for the value in the help, such as `<n>`; a switch has none. */
  readonly placeholder?: string;
  readonly help: string;
  /** Heading in the help. */
  readonly group?: string;
  /** Structured: it can only stand in a config file. */
  readonly configOnly?: boolean;
  /**
   * Checks a value: text from the command line, or anything from a config file.
   *
   * @throws ConfigError
   */
  parse(value: unknown, where: OptionPlace): T;
}

/** For messages: who asks (`ctrflow train`) and for which option (`--epochs`). */
export interface OptionPlace {
  readonly who: string;
  readonly name: string;
}

/** Options by their names in the library (`batchSize`); written `--batch-size` and `batch-size:`. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What the user gave. */
export type Values<O extends Options> = { readonly [K in keyof O]?: O[K] extends Option<infer T> ? T : never };

/** Any text. */
export function text(placeholder: string, help: string): Option<string> {
  return {
    placeholder,
    help,
    parse: (value, { who, name }) => {
      if (typeof value === 'string' && value !== '') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw new ConfigError(expected(who, `a text for ${name}`, value));
    },
  };
}

/** The flag of an option that is declared in the library: with its check, its words and its default. */
export function declared<T>(option: Declaration<T, unknown>, help = helpOf(option)): Option<T> {
  const { placeholder, check, fromText } = option;
  return {
    placeholder,
    help,
    parse: (value, { who, name }) => check(who, name, typeof value === 'string' ? fromText(value) : value),
  };
}

/** One of some words. */
export function choice<const T extends string>(choices: readonly T[], help: string): Option<T> {
  return declared(oneOf(choices, undefined, help), help);
}

/** A whole number. */
export function integer(help: string, bounds: Bounds = {}): Option<number> {
  return declared(wholeNumber(undefined, help, bounds), help);
}

/** A number. */
export function number(help: string, bounds: Bounds = {}): Option<number> {
  return declared(finiteNumber(undefined, help, bounds), help);
}

/** On when it is there. */
export function flag(help: string): Option<boolean> {
  return {
    help,
    parse: (value, { who, name }) => {
      if (typeof value === 'boolean') return value;
      throw new ConfigError(expected(who, `true or false for ${name}`, value));
    },
  };
}

/** Texts, separated by commas on the command line. */
export function texts(placeholder: string, help: string): Option<readonly string[]> {
  return {
    placeholder,
    help,
    parse: (value, { who, name }) => {
      const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
      if (Array.isArray(list) && list.length > 0 && list.every(isScalar)) return list.map(String);
      if (isScalar(value)) return [String(value)];
      throw new ConfigError(expected(who, `a list of texts for ${name}`, value));
    },
  };
}

/** A mapping in the config file; on the command line `key=value,key=value`, or one word that `wordKey` names. */
export function mapping(placeholder: string, help: string, wordKey: string): Option<Readonly<Record<string, unknown>>> {
  return {
    placeholder,
    help,
    parse: (value, { who, name }) => {
      if (typeof value === 'string') return parsePairs(value, wordKey);
      if (isMapping(value)) return value;
      throw new ConfigError(expected(who, `a mapping for ${name}`, value));
    },
  };
}

/** Anything structured, checked by whoever takes it; config file only. */
export function structure(help: string): Option<unknown> {
  return { help, configOnly: true, parse: (value) => value };
}

/** Puts options under one heading of the help. */
export function grouped<O extends Options>(group: string, options: O): O {
  return mapRecord(options, (option) => ({ ...option, group })) as Options as O;
}

/** Values without those of some options. */
export function without<V extends object, K extends keyof V & string>(values: V, names: readonly K[]): Omit<V, K> {
  const kept = Object.entries(values).filter(([name]) => !names.includes(name as K));
  return recordOf(kept) as Omit<V, K>;
}

/** Whether a value is a plain object. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const anyNumber = finiteNumber(undefined, 'A number.');

function parsePairs(value: string, wordKey: string): Record<string, unknown> {
  return recordOf(
    value.split(',').map((pair): [string, unknown] => {
      const at = pair.indexOf('=');
      if (at < 0) return [wordKey, pair];
      return [pair.slice(0, at), anyNumber.fromText(pair.slice(at + 1))];
    }),
  );
}

/** `Most passes over the rows.` with the default 20 -> `most passes over the rows (default 20)`. */
function helpOf({ doc, default: standard }: Declaration<unknown, unknown>): string {
  const words = /^[A-Z][a-z]/.test(doc) ? doc[0].toLowerCase() + doc.slice(1) : doc;
  return words.replace(/\.$/, '') + (standard === undefined ? '' : ` (default ${show(standard)})`);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
