import { BackendError } from '@ctrflow/core';

/** A computation that cannot be recorded or lowered: the model runs eagerly instead. */
export class UnsupportedKernelError extends BackendError {
  constructor(
    message: string,
    /** The tfjs kernel or operation that is to blame. */
    readonly kernel: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
