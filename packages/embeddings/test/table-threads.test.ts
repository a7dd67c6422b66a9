import { expect, test } from 'vitest';
import { createTableThreads } from '../src/node';
import { sharingThreads } from './sharing-threads';

/** A number as signed LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 64) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const sized = (bytes: readonly number[]): number[] => [bytes.length, ...bytes];
const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);

/**
 * Two kernels of `(from, to)`: `trap` reaches the unreachable, in the first chunk after some tenths of a second, so that the thread with the second one traps before; `fine` does nothing.
 */
function trappingModule(): WebAssembly.Module {
  const count = [0x03, 0x40, 0x20, 2, 0x41, 1, 0x6a, 0x22, 2, 0x41, ...leb(300_000_000), 0x48, 0x0d, 0, 0x0b];
  const trap = sized([1, 1, 0x7f, 0x20, 0, 0x45, 0x04, 0x40, ...count, 0x0b, 0x00, 0x0b]);
  const fine = sized([0, 0x0b]);
  const sections = [
    [1, sized([1, 0x60, 2, 0x7f, 0x7f, 0])],
    [3, sized([2, 0, 0])],
    [7, sized([2, ...text('trap'), 0, 0, ...text('fine'), 0, 1])],
    [10, sized([2, ...trap, ...fine])],
  ] as const;
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flatMap(([id, content]) => [id, ...content])];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

/** What a worker of Node's worker_threads can do; `Worker` here is the browser's. */
interface Terminable {
  terminate(): Promise<number>;
}

// Planted bug that this fails for (it waits for ever): a worker that does not count itself out when its kernel traps.
test('a kernel that traps in a worker is an error, and the threads go on', () => {
  const threads = sharingThreads(2);
  const calls = threads.attach(trappingModule(), new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  for (let time = 0; time < 2; time++) {
    expect(() => {
      calls.run('trap', [], 2, 1);
    }).toThrow(
      /^table threads: expected a kernel trap that runs to its end, got "RuntimeError: unreachable"; the rows of this step are lost/,
    );
    calls.run('fine', [], 100, 1);
  }
  calls.dispose();
  threads.close();
});

test('a worker that has ended is not waited for', async () => {
  const threads = createTableThreads(3);
  const calls = threads.attach(trappingModule(), new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
  calls.run('fine', [], 100, 1);
  const { workers } = threads as unknown as { readonly workers: readonly { readonly worker: Terminable }[] };
  await Promise.all(workers.map(({ worker }) => worker.terminate()));
  calls.run('fine', [], 100, 1);
  threads.close();
});
