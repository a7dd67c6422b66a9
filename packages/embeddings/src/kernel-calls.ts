/** A kernel of a module: addresses, scalars, then the range to work on. */
type Kernel = (...args: number[]) => void;

/** Runs the kernels of one module over ranges. */
export interface KernelCalls {
  /** For work that the calling thread does alone. */
  readonly kernels: Readonly<Record<string, Kernel>>;
  /** Calls kernel `name` with `args` for the ranges of `chunk` that make up `0 .. count`, in any order; returns when all are done. */
  run(name: string, args: readonly number[], count: number, chunk: number): void;
  dispose(): void;
}

/**
 * Threads that share the work of tables. `createTableThreads` of `@ctrflow/embeddings/node` makes them; results are the same bits with any number of them.
 */
export interface TableThreads {
  readonly numThreads: number;
  /** Hands a module and its memory to the threads. */
  attach(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelCalls;
  /** Ends the threads. Tables that use them go on with the calling thread. */
  close(): void;
}

/** Calls on the calling thread alone. */
export function localCalls(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelCalls {
  const kernels = kernelsOf(module, memory);
  return {
    kernels,
    run(name, args, count, chunk) {
      for (let from = 0; from < count; from += chunk) kernels[name](...args, from, Math.min(count, from + chunk));
    },
    dispose() {
      // Nothing but memory.
    },
  };
}

/** Instantiates a module of kernels. */
export function kernelsOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Readonly<Record<string, Kernel>> {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Kernel>;
}
