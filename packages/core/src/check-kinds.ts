import { ConfigError, expected } from './errors';

/** The checks of what an argument is, where it is neither a number nor a text nor an object: lists, arrays of numbers, functions, switches. */

/**
 * Returns `value` when it is a list; `what` says of what.
 *
 * @throws ConfigError `concatColumns: expected a list of encoded rows, got undefined`
 */
export function checkList<T>(who: string, what: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return value as readonly T[];
  throw new ConfigError(expected(who, what, value));
}

/** Arrays of numbers that {@link checkTyped} tells apart. */
export type TypedArrayName = 'Float32Array' | 'Float64Array' | 'Int32Array' | 'Uint32Array' | 'Uint8Array';

/**
 * Returns `value` when it is a typed array of one of these kinds.
 *
 * @throws ConfigError `takeRows: expected a Uint32Array for rows, got [1,2]`
 */
export function checkTyped<A>(who: string, name: string, value: A, kinds: readonly TypedArrayName[]): A {
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1); // of a Node Buffer too
  if (ArrayBuffer.isView(value) && kinds.some((kind) => kind === tag)) return value;
  throw new ConfigError(expected(who, `a ${kinds.join(' or ')} for ${name}`, value));
}

/**
 * Returns `value` when it is a function.
 *
 * @throws ConfigError
 */
export function checkFunction<F>(who: string, name: string, value: F): F {
  if (typeof value === 'function') return value;
  throw new ConfigError(expected(who, `a function for ${name}`, value));
}

/**
 * Returns `value` when it is true or false: `'no'` would count as true.
 *
 * @throws ConfigError
 */
export function checkSwitch(who: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ConfigError(expected(who, `true or false for ${name}`, value));
}
