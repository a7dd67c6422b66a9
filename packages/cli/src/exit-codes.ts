import { isCtrflowError } from '@ctrflow/core';
import type { CtrflowErrorName } from '@ctrflow/core';

/** What the exit status of `ctrflow` means. */
export const exitCodes = {
  ok: 0,
  /** A bug of ctrflow: please report it. */
  unexpected: 1,
  /** An option, argument, or config file. */
  usage: 2,
  /** Data or a schema that does not fit them. */
  data: 3,
  /** A training that cannot go on, such as a loss that is not finite. */
  training: 4,
  /** A saved model, checkpoint or encoded data set that is damaged or of an unknown version. */
  serialization: 5,
  /** A tfjs backend that is missing or broken. */
  backend: 6,
  /** A file or folder that cannot be read or written, a device that is full. */
  files: 7,
  /** Ctrl-C: what was trained is saved. */
  interrupted: 130,
} as const;

const byErrorName: Readonly<Record<CtrflowErrorName, number>> = {
  ConfigError: exitCodes.usage,
  DataError: exitCodes.data,
  SchemaError: exitCodes.data,
  ShapeError: exitCodes.training,
  TrainingError: exitCodes.training,
  SerializationError: exitCodes.serialization,
  BackendError: exitCodes.backend,
};

/** The exit status of an error. */
export function exitCodeOf(error: unknown): number {
  if (isCtrflowError(error)) return byErrorName[error.name];
  return isSystemError(error) ? exitCodes.files : exitCodes.unexpected;
}

/** Whether the operating system refused something: `ENOSPC`, `EACCES`, `ENOENT` and so on. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
