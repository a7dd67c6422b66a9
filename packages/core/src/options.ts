/**
 * An option is declared once: its default, what it may be, what it does, and how a text becomes its value. Types, checks, help and catalogues come from the declaration.
 */
import type { Bounds } from './checks';
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, checkTexts, checkUnits } from './checks';
import { ConfigError, expected } from './errors';
import { mapRecord, mergeRecords, recordOf } from './records';

/**
 * An option of a function. `Default` and `Doc` are literal types, so that type declarations say what the option does: the build makes them comments, which editors show.
 */
export interface Option<T, Default = T | undefined, Doc extends string = string> {
  /** What holds where the user says nothing; undefined where the option is then off. */
  readonly default: Default;
  /** What it does, in a sentence or two, without its default. */
  readonly doc: Doc;
  /** What stands for a value in help, such as `<n>`. */
  readonly placeholder: string;
  /** The words that it may be, where it is one of some. */
  readonly choices?: readonly string[];
  /**
   * Returns the value when it is one that the option may have.
   *
   * @throws ConfigError `deepfm: expected a finite number >= 0 and <= 0.99 for dropout, got 3`
   */
  readonly check: (who: string, name: string, value: unknown) => T;
  /** The value that a text of a command line writes, to be checked; a text that writes none stays what it is. */
  readonly fromText: (text: string) => unknown;
}

/** Options by their names. */
export type OptionSet = Readonly<Record<string, Option<unknown, unknown>>>;

/**
 * What a user may give: every option of a set, or none.
 *
 * @example
 * const options = { dropout: share(0, 'Dropout after each hidden layer.') };
 * type Options = OptionsOf<typeof options>; // { readonly dropout?: number }
 */
export type OptionsOf<S extends OptionSet> = { readonly [K in keyof S]?: ReturnType<S[K]['check']> };

/** What a user gave, with defaults where nothing was said; an option without a default may be absent. */
export type FilledOptions<S extends OptionSet> = {
  readonly [K in keyof S as undefined extends S[K]['default'] ? never : K]: ReturnType<S[K]['check']>;
} & { readonly [K in keyof S as undefined extends S[K]['default'] ? K : never]?: ReturnType<S[K]['check']> };

/**
 * Checks what a user gave, and fills in defaults.
 *
 * @throws ConfigError for an option that the set does not have, or a value that an option may not have
 */
export function fillOptions<S extends OptionSet>(who: string, set: S, given: object = {}): FilledOptions<S> {
  checkKnownOptions(who, given, Object.keys(set));
  const values = mergeRecords<unknown>(defaultsOf(set), recordOf(Object.entries(given).filter(isGiven)));
  const filled = Object.entries(values).filter(isGiven);
  return recordOf(filled.map(([name, value]) => [name, set[name].check(who, name, value)])) as FilledOptions<S>;
}

function isGiven([, value]: [name: string, value: unknown]): boolean {
  return value !== undefined;
}

/** The default of every option of a set. */
export function defaultsOf<S extends OptionSet>(set: S): FilledOptions<S> {
  return mapRecord(set, (option) => option.default) as FilledOptions<S>;
}

/** A whole number. */
export function integer<const D extends number | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
  bounds: Bounds = {},
): Option<number, D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: '<n>',
    check: (who, name, value) => checkInteger(who, name, value, bounds),
    fromText: numberFromText,
  };
}

/** A finite number. */
export function number<const D extends number | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
  bounds: Bounds = {},
): Option<number, D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: '<x>',
    check: (who, name, value) => checkNumber(who, name, value, bounds),
    fromText: numberFromText,
  };
}

/** A share that is left out, from 0 to 0.99: dropout. */
export function share<const D extends number | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
): Option<number, D, Doc> {
  return number(standard, doc, { min: 0, max: 0.99 });
}

/** True or false, nothing else: `'no'` would count as true. */
export function flag<const D extends boolean | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
): Option<boolean, D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: '<true|false>',
    check(who, name, value) {
      if (typeof value === 'boolean') return value;
      throw new ConfigError(expected(who, `true or false for ${name}`, value));
    },
    fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  };
}

/** One of some words. */
export function oneOf<const T extends string, const D extends T | undefined, const Doc extends string>(
  choices: readonly T[],
  standard: D,
  doc: Doc,
): Option<T, D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: `<${choices.join('|')}>`,
    choices,
    check: (who, name, value) => checkOneOf(who, name, value, choices),
    fromText: (text) => text,
  };
}

/** Sizes of layers, one after the other; none of them passes unless `nonEmpty`. */
export function units<const D extends readonly number[] | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
  { nonEmpty = false }: { readonly nonEmpty?: boolean } = {},
): Option<readonly number[], D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: '<n,n,...>',
    check: (who, name, value) => checkUnits(who, name, value, { nonEmpty }),
    fromText: (text) => (text === '' ? [] : text.split(',').map(numberFromText)),
  };
}

/** Texts, such as names of fields. */
export function texts<const D extends readonly string[] | undefined, const Doc extends string>(
  standard: D,
  doc: Doc,
): Option<readonly string[], D, Doc> {
  return {
    default: standard,
    doc,
    placeholder: '<name,name,...>',
    check: (who, name, value) => [...checkTexts(who, name, value)],
    fromText: (text) => (text === '' ? [] : text.split(',')),
  };
}

/** The number that a text writes; whatever writes none stays what it is. */
function numberFromText(text: string): number | string {
  const parsed = Number(text);
  return text.trim() === '' || Number.isNaN(parsed) ? text : parsed;
}
