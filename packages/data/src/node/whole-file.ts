import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DataError } from '@ctrflow/core';

/**
 * DuckDB reads a compressed file that was cut off up to where it ends, without a word.
 *
 * @throws DataError for a gzip or zst file that is not whole
 */
export async function checkWhole(path: string): Promise<void> {
  const name = path.toLowerCase();
  if (name.endsWith('.gz')) await checkGzip(path);
  if (name.endsWith('.zst')) await checkZstd(path);
}

async function checkGzip(path: string): Promise<void> {
  try {
    await pipeline(createReadStream(path), createGunzip(), new Writable({ write: (_chunk, _encoding, done) => { done(); } })); // prettier-ignore
  } catch (error) {
    throw notWhole('gzip', path, error instanceof Error ? error.message : String(error), error);
  }
}

const ZSTD_MAGIC = 0xfd2fb528;
/** The lowest of 16 numbers that begin a frame to skip. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/**
 * Walks from block to block by their lengths; what is in them is looked at by who decompresses.
 *
 * @see RFC 8878, section 3
 */
async function checkZstd(path: string): Promise<void> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    let at = 0;
    while (at < size) at = await endOfFrame(handle, at, path);
    if (at > size) throw notWhole('zst', path, 'it ends within a block');
  } finally {
    await handle.close();
  }
}

/** Where the frame that begins at `start` ends; beyond the file when that is cut off. */
async function endOfFrame(handle: FileHandle, start: number, path: string): Promise<number> {
  const head = await bytes(handle, start, 8);
  if (head === undefined) return Infinity;
  const magic = head.readUInt32LE(0);
  if (magic >= SKIPPABLE_MAGIC && magic < SKIPPABLE_MAGIC + 16) return start + 8 + head.readUInt32LE(4);
  if (magic !== ZSTD_MAGIC) throw notWhole('zst', path, `no frame at byte ${start}`);
  const descriptor = head[4];
  const singleSegment = (descriptor >> 5) & 1;
  const windowSize = 1 - singleSegment;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3];
  const contentSize = [singleSegment, 2, 4, 8][descriptor >> 6];
  let at = start + 5 + windowSize + dictionarySize + contentSize;
  for (;;) {
    const block = await bytes(handle, at, 3);
    if (block === undefined) return Infinity;
    const header = block.readUIntLE(0, 3);
    const isRepeated = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : header >> 3);
    if ((header & 1) === 1) return at + ((descriptor >> 2) & 1) * 4; // a checksum ends the frame
  }
}

async function bytes(handle: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  return bytesRead === length ? buffer : undefined;
}

export function notWhole(format: string, file: string, reason: string, cause?: unknown): DataError {
  const message = `source: expected a whole ${format} file, got a damaged or truncated one (${reason})`;
  return new DataError(message, { file }, { cause });
}
