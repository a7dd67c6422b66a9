import type { TableThreads } from '../src/index';
import { createTableThreads } from '../src/node';

/** Place of the next chunk in the control block of threads. */
const NEXT = 2;

/** Threads, and how many tasks their workers had a share in. */
export interface SharingThreads extends TableThreads {
  numShared: number;
}

/** Threads whose caller begins with a task when workers have taken chunks of it: otherwise it may do all of them before a worker is awake, and nothing is shared. */
export function sharingThreads(numThreads: number): SharingThreads {
  const threads = Object.assign(createTableThreads(numThreads), { numShared: 0 });
  const inner = threads as unknown as {
    readonly control: Int32Array;
    open: (id: number, name: number, args: readonly number[], count: number, chunk: number) => void;
  };
  const open = inner.open.bind(threads);
  inner.open = (id, name, args, count, chunk) => {
    open(id, name, args, count, chunk);
    const numTaken = Math.min(numThreads, Math.ceil(count / chunk)) - 1;
    for (const began = performance.now(); Atomics.load(inner.control, NEXT) < numTaken;)
      if (performance.now() - began > 60_000) throw new Error('no worker took a chunk in a minute');
    threads.numShared++;
  };
  return threads;
}
