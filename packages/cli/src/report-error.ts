import { isCtrflowError } from '@ctrflow/core';
import { isSystemError } from './exit-codes';
import type { Io } from './io';
import { paintFor } from './output/colors';

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the device is full: free some space or choose another folder',
  EDQUOT: 'your quota is used up: free some space or choose another folder',
  EACCES: 'you have no permission: choose another folder or change its mode',
  EPERM: 'you have no permission: choose another folder or change its mode',
  EROFS: 'the device is read-only: choose another folder',
  ENOENT: 'the file or folder does not exist: check the path',
  ENOTDIR: 'a part of the path is a file, not a folder: check the path',
  EISDIR: 'this is a folder, not a file: check the path',
  EMFILE: 'too many files are open: raise the limit with `ulimit -n`',
};

/** Prints one clear message; the stack only with `CTRFLOW_DEBUG=1`, or when it is a bug of ctrflow's own. */
export function reportError(io: Io, error: unknown): void {
  const paint = paintFor(io.err, io.env);
  io.err.write(`${paint('red', 'error')} ${messageOf(error)}\n`);
  const unexpected = !isCtrflowError(error) && !isSystemError(error);
  if (io.env.CTRFLOW_DEBUG === '1') {
    if (error instanceof Error) io.err.write(`${error.stack ?? ''}\n`);
  } else if (unexpected) {
    io.err.write('This looks like a bug of ctrflow. CTRFLOW_DEBUG=1 shows where; please report it.\n');
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isSystemError(error)) {
    const hint = advice[error.code ?? ''];
    return hint === undefined ? error.message : `${error.message}; ${hint}`;
  }
  return error.message;
}
