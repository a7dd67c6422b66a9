/** Where in the user's data a problem is: every part that is known. */
export interface DataLocation {
  readonly file?: string;
  /** 1-based line of the text file. */
  readonly line?: number;
  /** 1-based number of the row among those that were given. */
  readonly row?: number;
  readonly column?: string;
  readonly value?: string;
}

/** The literal names of ctrflow's error classes. */
export type CtrflowErrorName =
  'ConfigError' | 'ShapeError' | 'SchemaError' | 'DataError' | 'SerializationError' | 'BackendError' | 'TrainingError';

const brand = Symbol.for('@ctrflow/error');

/**
 * What every error of ctrflow has in common: a literal `name` and a message `who: expected ..., got ...; hint`.
 *
 * Two versions of a package may be installed side by side, so tell errors apart with {@link isCtrflowError}, not with
 * `instanceof`.
 */
export abstract class CtrflowError extends Error {
  abstract override readonly name: CtrflowErrorName;
  readonly [brand] = true;
}

/** An option, argument or configuration file that cannot be used. */
export class ConfigError extends CtrflowError {
  override readonly name = 'ConfigError';
}

/** A tensor, array or table whose shape or length does not fit. */
export class ShapeError extends CtrflowError {
  override readonly name = 'ShapeError';
}

/** A feature schema that is inconsistent, not fitted, or does not match the data or the model. */
export class SchemaError extends CtrflowError {
  override readonly name = 'SchemaError';
}

/** Data that cannot be read as declared; {@link DataError.location} says where. */
export class DataError extends CtrflowError {
  override readonly name = 'DataError';

  constructor(
    message: string,
    readonly location: DataLocation = {},
    options?: ErrorOptions,
  ) {
    super(`${message}${describeLocation(location)}`, options);
  }
}

/** A saved model, checkpoint or data set that is damaged, incomplete or of a version that cannot be read. */
export class SerializationError extends CtrflowError {
  override readonly name = 'SerializationError';
}

/** A tfjs backend or runtime that is missing or broken. */
export class BackendError extends CtrflowError {
  override readonly name = 'BackendError';
}

/** A training that cannot go on: a loss that is not finite, a checkpoint of another run. */
export class TrainingError extends CtrflowError {
  override readonly name = 'TrainingError';
}

/**
 * Whether `error` comes from ctrflow, of any installed version, and has the given name if one is given.
 *
 * @example
 * try { await train(); } catch (error) { if (isCtrflowError(error, 'DataError')) console.error(error.message); else throw error; }
 */
export function isCtrflowError<N extends CtrflowErrorName = CtrflowErrorName>(
  error: unknown,
  name?: N,
): error is CtrflowError & { readonly name: N } {
  return error instanceof Error && brand in error && (name === undefined || error.name === name);
}

/** The one form of every message: `who: expected ..., got ...; hint`. */
export function expected(who: string, what: string, got: unknown, hint?: string): string {
  return `${who}: expected ${what}, got ${show(got)}${hint === undefined ? '' : `; ${hint}`}`;
}

/** A value as a short piece of a message: strings quoted, long values cut. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object';
  }
}

function describeLocation({ file, line, row, column, value }: DataLocation): string {
  const parts = [
    file === undefined ? undefined : `file ${file}`,
    line === undefined ? undefined : `line ${line}`,
    row === undefined ? undefined : `row ${row}`,
    column === undefined ? undefined : `column ${JSON.stringify(column)}`,
    value === undefined ? undefined : `value ${show(value)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
