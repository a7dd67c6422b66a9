import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { SerializationError, checkText, expected, isCtrflowError, recordOf } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import { parseSafetensorsHeader, safetensorsHeaderLength, safetensorsLayout } from '../safetensors';
import type { SafeTensor, SafeTensors } from '../safetensors';

/** Largest piece of one read or write: the system's calls take less than 2 GiB. */
const CHUNK = 2 ** 30;

/** Writes a safetensors file of any size, atomically. */
export async function writeSafetensors(path: string, content: SafeTensors): Promise<void> {
  checkText('writeSafetensors', 'path', path);
  const { header, order } = safetensorsLayout(content);
  await writeFileAtomic(path, async (handle) => {
    await handle.write(header);
    for (const [, { data }] of order) {
      for (let at = 0; at < data.byteLength; at += CHUNK) {
        await writeFully(
          handle,
          new Uint8Array(data.buffer, data.byteOffset + at, Math.min(CHUNK, data.byteLength - at)),
        );
      }
    }
  });
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}

/**
 * Reads a safetensors file of any size.
 *
 * @throws SerializationError naming the file when it is truncated or damaged
 */
export async function readSafetensors(path: string): Promise<SafeTensors> {
  const handle = await open(checkText('readSafetensors', 'path', path));
  try {
    const { size } = await handle.stat();
    const length = safetensorsHeaderLength(await readBytes(handle, 0, Math.min(8, size)), size);
    const { locations, metadata } = parseSafetensorsHeader(await readBytes(handle, 8, length), size);
    const tensors: [string, SafeTensor][] = [];
    for (const [name, { dtype, shape, begin, end }] of locations) {
      const { buffer } = await readBytes(handle, begin, end - begin);
      tensors.push([name, { shape, data: dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer) }]);
    }
    return { tensors: recordOf(tensors), metadata };
  } catch (error) {
    if (!isCtrflowError(error, 'SerializationError')) throw error;
    throw new SerializationError(`${path}: ${error.message}`, { cause: error });
  } finally {
    await handle.close();
  }
}

async function readBytes(handle: FileHandle, from: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(CHUNK, length - at), from + at);
    if (bytesRead === 0)
      throw new SerializationError(expected('safetensors', `${length} bytes`, at, 'the file is truncated'));
    at += bytesRead;
  }
  return bytes;
}
