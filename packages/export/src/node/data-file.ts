/** Names the file of a model's weights by its content: a model never finds the weights of another one, whenever a process ends. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PlacedBytes } from './external-data';

/** Hexadecimal digits of the digest in a name. */
const DIGITS = 16;

/** What lies between tensors; they begin at multiples of a page. */
const ZEROS = new Uint8Array(4096);

/** `model.onnx.DIGEST.data`, the name for a file that holds these tensors. */
export function dataFileName(path: string, tensors: readonly PlacedBytes[]): string {
  const hash = createHash('sha256');
  let end = 0;
  for (const { offset, bytes } of tensors) {
    hash.update(ZEROS.subarray(0, offset - end)).update(bytes);
    end = offset + bytes.length;
  }
  return `${basename(path)}.${hash.digest('hex').slice(0, DIGITS)}.data`;
}

/** Removes the weights of models that stood at `path` before, or never came to stand there: files whose content has the digest of their name. */
export async function removeOtherData(path: string, current: string): Promise<void> {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  for (const name of await readdir(folder)) {
    const digest = name.startsWith(start) ? /^([0-9a-f]{16})\.data$/.exec(name.slice(start.length))?.[1] : undefined;
    if (digest === undefined || name === current) continue;
    if ((await digestOf(join(folder, name))).startsWith(digest)) await rm(join(folder, name), { force: true });
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
