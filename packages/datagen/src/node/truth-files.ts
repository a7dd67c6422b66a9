/** `truth.json` names the file that it is the truth of, and the one of the probabilities, with their digests: another file, or one that was edited, has other probabilities. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file beside `truth.json`. */
export interface TruthFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files that `truth.json` names. */
export interface TruthFiles {
  /** The rows. */
  readonly data: TruthFile;
  /** Their labels and true probabilities, in the same order. */
  readonly probabilities: TruthFile;
}

/** What `truth.json` says of the files that were just written into a folder. */
export async function truthFiles(folder: string, format: 'csv' | 'parquet'): Promise<TruthFiles> {
  const describe = async (name: string): Promise<TruthFile> => {
    const path = join(folder, name);
    return { name, bytes: (await stat(path)).size, sha256: await digestOf(path) };
  };
  return { data: await describe(`interactions.${format}`), probabilities: await describe(`probabilities.${format}`) };
}

/** Whether a file holds what it held when it was written. */
export async function isUnchanged(folder: string, { name, bytes, sha256 }: TruthFile): Promise<boolean> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === bytes && (await digestOf(path)) === sha256;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
