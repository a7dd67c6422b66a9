import { afterEach, describe, expect, it, vi } from 'vitest';
import { withInterrupts } from '../src/interrupt';
import type { Io } from '../src/io';

function world() {
  let listener: (() => void) | undefined;
  let err = '';
  const silent = { isTTY: false, columns: 80, write: () => undefined };
  const io: Io = {
    out: silent,
    err: { ...silent, write: (text) => void (err += text) },
    env: {},
    onInterrupt: (added) => {
      listener = added;
      return () => (listener = undefined);
    },
  };
  return { io, interrupt: () => listener?.(), listens: () => listener !== undefined, written: () => err };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('withInterrupts', () => {
  it('asks the task to stop at the first Ctrl-C and quits at the second', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${String(code)}`);
    });
    const { io, interrupt, written } = world();
    await withInterrupts(io, (signal) => {
      expect(signal.aborted).toBe(false);
      interrupt();
      expect(signal.aborted).toBe(true);
      expect(written()).toContain('Ctrl-C again');
      expect(interrupt).toThrow('exit 130');
      return Promise.resolve();
    });
    expect(exit).toHaveBeenCalledTimes(1);
  });

  it('stops listening when the task is over, however it ends', async () => {
    const { io, listens } = world();
    await expect(withInterrupts(io, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(listens()).toBe(false);
  });
});
