import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError, checkInteger, checkKnownOptions, checkText } from '@ctrflow/core';
import { makeTemporaryFolder } from '@ctrflow/core/node';
import type { CountSpill, CountedValue } from '../vocabulary';

/** Options of {@link spillCounts}. */
export interface SpillOptions {
  /** Distinct values of one table that memory may hold. Default 1,048,576. */
  readonly maxValues?: number;
  /** Folder for the files. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

/** A spill into files, removed by `close`. */
export interface FileSpill extends CountSpill {
  /** Removes the files: fitters that spilled into them can then not be finished any more. */
  close(): void;
}

const BUFFER_BYTES = 1 << 18;

/**
 * Lets a fitter put counts aside in sorted files when a table has more distinct values than memory should hold. What is fitted is the same.
 *
 * @example
 * const spill = spillCounts({ maxValues: 100_000 });
 * const fitter = createFitter(spec, { spill });
 * for (const table of tables) fitter.add(table);
 * const schema = fitter.finish();
 * spill.close();
 * @throws ConfigError for a limit that is no positive integer; DataError when the files cannot be written (a device that is full)
 */
export function spillCounts(options: SpillOptions = {}): FileSpill {
  checkKnownOptions('spillCounts', options, ['maxValues', 'folder']);
  const { maxValues = 2 ** 20, folder = tmpdir() } = options;
  checkText('spillCounts', 'folder', folder);
  checkInteger('spillCounts', 'maxValues', maxValues, { min: 1 });
  const own = attempt(folder, () => makeTemporaryFolder('counts', folder));
  let numFiles = 0;
  return {
    maxValues,
    write(values) {
      const path = join(own, String(numFiles++));
      attempt(path, () => {
        writeRun(path, values);
      });
      return { [Symbol.iterator]: () => readRun(path) };
    },
    close() {
      rmSync(own, { recursive: true, force: true });
    },
  };
}

function attempt<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DataError(
      `spillCounts: expected a folder with room for counts of values, got ${code ?? message}; name another \`folder\``,
      { file },
      { cause: error },
    );
  }
}

/** An entry is its length in UTF-16 units, its count, and the units themselves: every text comes back as it was. */
const HEADER_BYTES = 12;

function writeRun(path: string, values: Iterable<CountedValue>): void {
  const file = openSync(path, 'w');
  try {
    let buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    let used = 0;
    for (const [value, count] of values) {
      const bytes = HEADER_BYTES + value.length * 2;
      if (used + bytes > buffer.length) {
        writeWhole(file, buffer.subarray(0, used));
        used = 0;
        if (bytes > buffer.length) buffer = Buffer.allocUnsafe(bytes);
      }
      buffer.writeUInt32LE(value.length, used);
      buffer.writeDoubleLE(count, used + 4);
      buffer.write(value, used + HEADER_BYTES, 'utf16le');
      used += bytes;
    }
    writeWhole(file, buffer.subarray(0, used));
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

function* readRun(path: string): Generator<CountedValue> {
  const file = openSync(path, 'r');
  try {
    let buffer: Buffer = Buffer.alloc(0);
    /** At least this many bytes at the head of the buffer, or what is left of the file. */
    const require = (bytes: number): void => {
      if (buffer.length >= bytes) return;
      const more = Buffer.allocUnsafe(Math.max(BUFFER_BYTES, bytes));
      buffer = Buffer.concat([buffer, more.subarray(0, readSync(file, more))]);
    };
    for (;;) {
      require(HEADER_BYTES);
      if (buffer.length === 0) return;
      const end = HEADER_BYTES + buffer.readUInt32LE(0) * 2;
      require(end);
      yield [buffer.toString('utf16le', HEADER_BYTES, end), buffer.readDoubleLE(4)];
      buffer = buffer.subarray(end);
    }
  } finally {
    closeSync(file);
  }
}
