import { exitCodes } from './exit-codes';
import type { Io } from './io';

/**
 * Runs `task` with a signal that the first Ctrl-C aborts: the task finishes its step and saves. The second Ctrl-C quits at
 * once.
 */
export async function withInterrupts<T>(io: Io, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = io.onInterrupt(() => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    io.err.write('\nStopping after this step. Press Ctrl-C again to quit at once and lose what is not saved.\n');
    controller.abort();
  });
  try {
    return await task(controller.signal);
  } finally {
    stopListening();
  }
}
