import { ConfigError, expected } from './errors';

/** Bounds of a numeric check; both ends are included unless `exclusive`. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Excludes `min` and `max` themselves. Default `false`. */
  readonly exclusive?: boolean;
}

/**
 * Returns `value` when it is an integer within the bounds.
 *
 * @throws ConfigError `who: expected an integer >= 1 for batchSize, got 0`
 */
export function checkInteger(who: string, name: string, value: unknown, bounds: Bounds = {}): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && within(value, bounds)) return value;
  throw new ConfigError(expected(who, `an integer${describeBounds(bounds)} for ${name}`, value));
}

/**
 * Returns `value` when it is a finite number within the bounds.
 *
 * @throws ConfigError
 */
export function checkNumber(who: string, name: string, value: unknown, bounds: Bounds = {}): number {
  if (typeof value === 'number' && Number.isFinite(value) && within(value, bounds)) return value;
  throw new ConfigError(expected(who, `a finite number${describeBounds(bounds)} for ${name}`, value));
}

/**
 * Returns `value` when it is an object, no list, that has the given methods; `what` says where one comes from.
 *
 * @throws ConfigError `fit: expected a data set, as openDataset gives it, got undefined`
 */
export function checkObject<T>(who: string, what: string, value: T, methods: readonly string[] = []): T & object {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'))
    return value;
  throw new ConfigError(expected(who, what, value));
}

/**
 * Returns `value` when it is a text that is not empty, such as a path.
 *
 * @throws ConfigError `loadModel: expected a text for folder, got undefined`
 */
export function checkText(who: string, name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigError(expected(who, `a text for ${name}`, value));
}

/**
 * Returns `value` when it is a list of texts.
 *
 * @throws ConfigError
 */
export function checkTexts(who: string, name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((text) => typeof text === 'string')) return value;
  throw new ConfigError(expected(who, `a list of texts for ${name}`, value));
}

/** Of one layer: a gibibyte. */
export const MAX_WEIGHTS = 2 ** 28;

/**
 * Returns `value` when it is a list of sizes of layers, integers >= 1; an empty one passes unless `nonEmpty`.
 *
 * @throws ConfigError `din: expected an integer >= 1 for hiddenUnits[1], got 0`
 */
export function checkUnits(
  who: string,
  name: string,
  value: unknown,
  { nonEmpty = false }: { readonly nonEmpty?: boolean } = {},
): readonly number[] {
  if (!Array.isArray(value)) throw new ConfigError(expected(who, `a list of numbers for ${name}`, value));
  if (nonEmpty && value.length === 0) throw new ConfigError(expected(who, `one layer or more for ${name}`, value));
  const sizes = value.map((units, i) => checkInteger(who, `${name}[${i}]`, units, { min: 1 }));
  const large = sizes.findIndex((units, i) => i > 0 && units * sizes[i - 1] > MAX_WEIGHTS);
  if (large < 0) return sizes;
  const what = `at most ${MAX_WEIGHTS} weights between two layers of ${name}`;
  throw new ConfigError(expected(who, what, `${sizes[large - 1]} x ${sizes[large]}`, 'choose smaller layers'));
}

/**
 * Returns `value` when it is one of `choices`; the error suggests the nearest one.
 *
 * @throws ConfigError
 */
export function checkOneOf<T extends string>(who: string, name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const near = typeof value === 'string' ? suggest(value, choices) : undefined;
  const hint = near === undefined ? undefined : `did you mean "${near}"?`;
  throw new ConfigError(expected(who, `one of ${choices.join(', ')} for ${name}`, value, hint));
}

/**
 * Refuses option names that do not exist, so that a misspelt option is never ignored, and null, which would pass for a default here and for a value there.
 *
 * @throws ConfigError `deepfm: expected an option among hiddenUnits, dropout, got "hidenUnits"; did you mean "hiddenUnits"?`
 */
export function checkKnownOptions(who: string, options: object, known: readonly string[]): void {
  checkObject(who, 'an object of options', options);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) {
      if ((options as Record<string, unknown>)[name] !== null) continue;
      throw new ConfigError(expected(who, `a value for ${name}`, null, 'leave it out for the default'));
    }
    const near = suggest(name, known);
    const hint = near === undefined ? undefined : `did you mean "${near}"?`;
    throw new ConfigError(expected(who, `an option among ${known.join(', ')}`, name, hint));
  }
}

/** The choice nearest to `word` by edit distance, or undefined when none is near (a third of its length, at least 2). */
export function suggest<T extends string>(word: string, choices: readonly T[]): T | undefined {
  let best: T | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const choice of choices) {
    const distance = editDistance(word.toLowerCase(), choice.toLowerCase());
    if (distance < bestDistance) {
      best = choice;
      bestDistance = distance;
    }
  }
  return best;
}

function within(value: number, { min = -Infinity, max = Infinity, exclusive = false }: Bounds): boolean {
  return exclusive ? value > min && value < max : value >= min && value <= max;
}

function describeBounds({ min, max, exclusive = false }: Bounds): string {
  const parts = [
    min === undefined ? undefined : `${exclusive ? '>' : '>='} ${min}`,
    max === undefined ? undefined : `${exclusive ? '<' : '<='} ${max}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
