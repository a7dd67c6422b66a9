import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError, expected } from '@ctrflow/core';
import { notWhole } from './whole-file';

/** Bytes of a file, in pieces; decompressed where it is gzip. */
export async function* textBytes(path: string): AsyncGenerator<Buffer> {
  const bytes = createReadStream(path, { highWaterMark: 2 ** 20 });
  if (!path.toLowerCase().endsWith('.gz')) {
    yield* bytes as AsyncIterable<Buffer>;
    return;
  }
  const unzipped = createGunzip({ chunkSize: 2 ** 18 });
  const reading = pipeline(bytes, unzipped);
  reading.catch(() => undefined); // the loop below throws it
  try {
    yield* unzipped as AsyncIterable<Buffer>;
    await reading;
  } catch (error) {
    throw notWhole('gzip', path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Whether a text can be looked at byte by byte here; of zst, Node knows nothing. */
export function isPlainOrGzip(path: string): boolean {
  return !path.toLowerCase().endsWith('.zst');
}

/** @throws DataError for a text in UTF-16, which programs for tables write beside UTF-8 */
export async function requireUtf8(path: string, name: string): Promise<void> {
  for await (const bytes of textBytes(path)) {
    const [first, second] = bytes;
    const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || (bytes.length > 3 && (first === 0) !== (second === 0) && (bytes[2] === 0) === (first === 0) && (bytes[3] === 0) === (second === 0)); // prettier-ignore
    if (!isUtf16) return;
    throw new DataError(expected('source', 'a text in UTF-8', 'one in UTF-16', 'save it as UTF-8'), { file: name });
  }
}
