import { availableParallelism } from 'node:os';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { BackendError, checkInteger, expected } from '@ctrflow/core';
import { kernelsOf } from '../kernel-calls';
import type { KernelCalls, TableThreads } from '../kernel-calls';

/** Words of the control block. */
const SLOTS = {
  generation: 0,
  open: 1,
  next: 2,
  active: 3,
  module: 4,
  name: 5,
  count: 6,
  chunk: 7,
  numArgs: 8,
  failed: 9,
} as const;
const MAX_ARGS = 24;
/** A chunk takes milliseconds: who has not ended one after this long never will (a thread that ran out of memory). */
const MAX_WAIT_MS = 60_000;

/**
 * The code of a worker, as text of its own. It sleeps until the generation changes, joins the task if that is still open, and takes chunks until
 * none is left. Modules arrive as messages, which it reads before it joins. A kernel that traps is told to the thread that waits.
 */
const WORKER = `
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { control, args, port } = workerData;
const [GENERATION, OPEN, NEXT, ACTIVE, MODULE, NAME, COUNT, CHUNK, NUM_ARGS, FAILED] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SPINS = 2000;
const modules = new Map();
function receive() {
  for (let received = receiveMessageOnPort(port); received !== undefined; received = receiveMessageOnPort(port)) {
    const { id, module, memory } = received.message;
    if (module === undefined) modules.delete(id);
    else modules.set(id, Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports));
  }
}
function work() {
  const kernel = modules.get(control[MODULE])?.[control[NAME]];
  if (kernel === undefined) return;
  const count = control[COUNT];
  const chunk = control[CHUNK];
  const given = Array.from(args.subarray(0, control[NUM_ARGS]));
  for (;;) {
    const from = Atomics.add(control, NEXT, 1) * chunk;
    if (from >= count) return;
    kernel(...given, from, Math.min(count, from + chunk));
  }
}
for (let seen = 0; ; ) {
  for (let spin = 0; spin < SPINS && Atomics.load(control, GENERATION) === seen; spin++);
  Atomics.wait(control, GENERATION, seen);
  seen = Atomics.load(control, GENERATION);
  Atomics.add(control, ACTIVE, 1);
  try {
    if (Atomics.load(control, OPEN) === 1) {
      receive();
      work();
    }
  } catch (error) {
    port.postMessage(String(error)); // before the count: whoever sees that nobody works any more finds the message
    Atomics.store(control, FAILED, 1);
  } finally {
    Atomics.sub(control, ACTIVE, 1);
  }
}
`;

/**
 * Threads for the tables of a process, the calling one included: `group.useThreads(createTableThreads())`. They sleep between steps and do not keep the process alive.
 * Every row is updated by one thread with the same operations in the same order, so results do not depend on the number of threads.
 *
 * @param numThreads - default: the number of CPUs, at most 8
 * @example
 * const threads = createTableThreads(2);
 * for (const group of model.groups) group.useThreads(threads);
 */
export function createTableThreads(numThreads = Math.min(8, availableParallelism())): TableThreads {
  checkInteger('createTableThreads', 'numThreads', numThreads, { min: 1, max: 64 });
  return new WorkerThreads(numThreads);
}

class WorkerThreads implements TableThreads {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * 16));
  private readonly args = new Float64Array(new SharedArrayBuffer(8 * MAX_ARGS));
  private readonly workers: { readonly worker: Worker; readonly port: MessagePort }[];
  private numModules = 0;

  constructor(readonly numThreads: number) {
    const { control, args } = this;
    this.workers = Array.from({ length: numThreads - 1 }, () => {
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(WORKER, {
        eval: true,
        workerData: { control, args, port: port2 },
        transferList: [port2],
      });
      worker.unref();
      port1.unref();
      return { worker, port: port1 };
    });
  }

  attach(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelCalls {
    const id = ++this.numModules;
    for (const { port } of this.workers) port.postMessage({ id, module, memory });
    const kernels = kernelsOf(module, memory);
    const names = Object.keys(kernels);
    return {
      kernels,
      run: (name, args, count, chunk) => {
        const help = count > chunk;
        if (help) this.open(id, names.indexOf(name), args, count, chunk);
        const { control } = this;
        const kernel = kernels[name];
        let trap: unknown;
        try {
          for (let c = 0; ; c++) {
            const from = (help ? Atomics.add(control, SLOTS.next, 1) : c) * chunk;
            if (from >= count) break;
            kernel(...args, from, Math.min(count, from + chunk));
          }
        } catch (error) {
          trap = error;
        }
        if (help) this.shut();
        this.requireDone(name, trap);
      },
      dispose: () => {
        for (const { port } of this.workers) port.postMessage({ id });
      },
    };
  }

  close(): void {
    for (const { worker } of this.workers) void worker.terminate();
    this.workers.length = 0;
  }

  /** Describes a task and wakes the workers. */
  private open(id: number, name: number, args: readonly number[], count: number, chunk: number): void {
    const { control } = this;
    this.args.set(args);
    control[SLOTS.module] = id;
    control[SLOTS.name] = name;
    control[SLOTS.count] = count;
    control[SLOTS.chunk] = chunk;
    control[SLOTS.numArgs] = args.length;
    Atomics.store(control, SLOTS.next, 0);
    Atomics.store(control, SLOTS.open, 1);
    Atomics.add(control, SLOTS.generation, 1);
    Atomics.notify(control, SLOTS.generation);
  }

  /** Lets no worker join any more and waits for those that did: a worker that wakes late finds the task shut and does not read it. */
  private shut(): void {
    const { control } = this;
    Atomics.store(control, SLOTS.open, 0);
    for (let spins = 1, until = 0; Atomics.load(control, SLOTS.active) > 0; spins++) {
      if (spins % 1_000_000 !== 0) continue;
      const now = performance.now();
      if (until === 0) until = now + MAX_WAIT_MS;
      else if (now > until) throw failure('a chunk of rows', `none from ${control[SLOTS.active]} threads in a minute`);
    }
  }

  /** @throws BackendError when a kernel did not run to its end, here or in a worker */
  private requireDone(kernel: string, trap: unknown): void {
    if (trap === undefined && Atomics.load(this.control, SLOTS.failed) === 0) return;
    Atomics.store(this.control, SLOTS.failed, 0);
    const told = this.workers.map(({ port }) => receiveMessageOnPort(port)?.message as string | undefined);
    const here = trap instanceof Error ? String(trap) : undefined;
    throw failure(`a kernel ${kernel} that runs to its end`, here ?? told.find((message) => message !== undefined));
  }
}

function failure(what: string, got: unknown): BackendError {
  const hint =
    'the rows of this step are lost: begin again from a checkpoint, with one thread (threads: 1) if it comes again';
  return new BackendError(expected('table threads', what, got, hint));
}
