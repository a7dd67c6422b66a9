import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SerializationError, checkObject, checkText, emptyRecord, expected } from '@ctrflow/core';
import { folderKind, writeFileAtomic } from '@ctrflow/core/node';
import { LABEL, schemaFromJSON } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { arrowPieces, encodedFromArrow } from '../arrow';
import { rowsInBlocks } from '../blocks';
import type { Dataset, DatasetSummary, RowSource } from '../dataset';

const FORMAT = 'ctrflow-dataset';
const VERSION = 1;
const MANIFEST = 'manifest.json';
const SCHEMA = 'schema.json';

/** Names of the parts of a data set. */
export type PartName = 'train' | 'valid' | 'test';

interface BlockFile {
  readonly name: string;
  readonly numRows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What `manifest.json` of an encoded folder says. */
interface Manifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Of the schema in `schema.json`. */
  readonly fingerprint: string;
  /** Digest of what the encoding was made from; absent when that cannot be known (a query). */
  readonly inputs?: string;
  readonly summary: DatasetSummary;
  /** Folders written before there were several targets say `hasLabel`. */
  readonly parts: Readonly<Partial<Record<PartName, { readonly targets?: readonly string[]; readonly hasLabel?: boolean; readonly files: readonly BlockFile[] }>>>; // prettier-ignore
}

/** An encoded folder: what a new encoding replaces. */
export const encodedKind = folderKind('an encoded data set', MANIFEST, FORMAT, (json) => {
  const parts = Object.values((json as Manifest).parts);
  return [SCHEMA, ...parts.flatMap(({ files }) => files.map(({ name }) => name))];
});

/** Writes parts into a folder, one Arrow IPC file per block of rows. */
export class EncodedWriter {
  private readonly parts: Partial<Record<PartName, { targets: readonly string[]; files: BlockFile[] }>> = {};
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly folder: string) {}

  /** Takes a block, which is written while the next one is made: what fails is heard of by the next call. */
  async write(part: PartName, columns: EncodedColumns): Promise<void> {
    const { files } = (this.parts[part] ??= { targets: Object.keys(columns.targets ?? {}), files: [] });
    const name = `${part}-${String(files.length).padStart(5, '0')}.arrow`;
    const pieces = await arrowPieces(columns);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    files.push({ name, numRows: columns.numRows, bytes, sha256: sha256(...pieces) });
    await this.writing;
    this.writing = writePieces(join(this.folder, name), pieces);
    this.writing.catch(() => undefined); // whoever waits for it hears of it
  }

  /** Waits until nothing is being written. */
  async settled(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  async finish(schema: FeatureSchema, summary: DatasetSummary, inputs: string | undefined): Promise<void> {
    await this.writing;
    await writeFileAtomic(join(this.folder, SCHEMA), JSON.stringify(schema.toJSON()));
    const manifest: Manifest = {
      format: FORMAT,
      version: VERSION,
      fingerprint: schema.fingerprint,
      ...(inputs === undefined ? {} : { inputs }),
      summary,
      parts: this.parts,
    };
    await writeFileAtomic(join(this.folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

/** Options of {@link openEncoded}. */
export interface OpenEncodedOptions {
  /** Reads every file and compares its checksum; otherwise sizes only. Default false. */
  readonly verify?: boolean;
  /** Megabytes that shuffling may hold; a part that fits is shuffled globally. Default 512. */
  readonly shuffleMegabytes?: number;
}

/**
 * Opens an encoded folder.
 *
 * @throws SerializationError when it is none, is of a newer version, or a file is missing or damaged
 */
export async function openEncoded(folder: string, options: OpenEncodedOptions = {}): Promise<Dataset> {
  checkText('openEncoded', 'folder', folder);
  checkObject('openEncoded', 'an object of options', options);
  const manifest = await readManifest(folder);
  return openParts(folder, manifest, await readSchema(folder, manifest), options);
}

/** Opens a folder that this process has just written, with the schema that it was written with: one of a million values takes half a second to read. */
export async function openWritten(
  folder: string,
  schema: FeatureSchema,
  options: OpenEncodedOptions,
): Promise<Dataset> {
  return openParts(folder, await readManifest(folder), schema, options);
}

async function readSchema(folder: string, { fingerprint }: Manifest): Promise<FeatureSchema> {
  const path = join(folder, SCHEMA);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SerializationError(expected(path, 'a file', 'none', 'encode the data again'), { cause: error });
  });
  const schema = schemaFromJSON(parse(text, path));
  if (schema.fingerprint !== fingerprint)
    throw new SerializationError(expected(path, `schema ${fingerprint}`, schema.fingerprint, 'encode the data again'));
  return schema;
}

async function openParts(
  folder: string,
  manifest: Manifest,
  schema: FeatureSchema,
  options: OpenEncodedOptions,
): Promise<Dataset> {
  const rows: Partial<Record<PartName, RowSource>> = {};
  for (const [name, part] of Object.entries(manifest.parts) as [PartName, NonNullable<Manifest['parts'][PartName]>][]) {
    await checkFiles(folder, part.files, options.verify ?? false);
    rows[name] = storedRows(folder, part, schema, options.shuffleMegabytes ?? 512);
  }
  const { train, ...others } = rows;
  if (train === undefined) throw new SerializationError(expected(folder, 'a part "train"', 'none'));
  return { schema, train, ...others, summary: manifest.summary };
}

/** Opens an encoded folder if it was made from these inputs and is whole. */
export async function reuseEncoded(
  folder: string,
  inputs: string,
  options: OpenEncodedOptions,
): Promise<Dataset | undefined> {
  try {
    const { inputs: earlier } = await readManifest(folder);
    if (earlier !== inputs) return undefined;
    const data = await openEncoded(folder, options);
    return { ...data, summary: { ...data.summary, reused: true } };
  } catch {
    return undefined; // what is missing or damaged is made again
  }
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SerializationError(expected(folder, `an encoded data set with ${MANIFEST}`, 'none'), { cause: error });
  });
  const manifest = parse(text, path) as Partial<Manifest> | null;
  if (manifest?.format !== FORMAT) throw new SerializationError(expected(path, `format ${FORMAT}`, manifest?.format));
  if (manifest.version !== VERSION)
    throw new SerializationError(expected(path, `version ${VERSION}`, manifest.version, 'update ctrflow'));
  if (typeof manifest.parts !== 'object' || typeof manifest.summary !== 'object')
    throw new SerializationError(expected(path, 'parts and a summary', manifest.parts, 'encode the data again'));
  return manifest as Manifest;
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SerializationError(expected(path, 'JSON', 'a damaged file'), { cause: error });
  }
}

async function checkFiles(folder: string, files: readonly BlockFile[], verify: boolean): Promise<void> {
  const foreign = files.find(({ name }) => !/^(train|valid|test)-\d+\.arrow$/.test(name));
  if (foreign !== undefined)
    throw new SerializationError(
      expected(folder, 'names such as train-00000.arrow', foreign.name, 'encode the data again'),
    );
  for (const { name, bytes, sha256: digest } of files) {
    const path = join(folder, name);
    const size = (await stat(path).catch(() => undefined))?.size;
    if (size !== bytes) {
      const got = size === undefined ? 'no file' : `${size} bytes`;
      throw new SerializationError(expected(path, `a file of ${bytes} bytes`, got, 'encode the data again'));
    }
    if (verify && sha256(await readFile(path)) !== digest)
      throw new SerializationError(expected(path, 'the checksum of the manifest', 'another', 'encode the data again'));
  }
}

function storedRows(
  folder: string,
  { files, hasLabel = false, targets = hasLabel ? [LABEL] : [] }: NonNullable<Manifest['parts'][PartName]>,
  schema: FeatureSchema,
  shuffleMegabytes: number,
): RowSource {
  const numRows = files.map((file) => file.numRows);
  const total = numRows.reduce((sum, rows) => sum + rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  // A third each: the group in use, the next one, and its files.
  const groupRows = Math.floor((shuffleMegabytes * 2 ** 20 * total) / (bytes * 3));
  const read = async (block: number): Promise<EncodedColumns> => {
    const path = join(folder, files[block].name);
    const columns = encodedFromArrow(await readFile(path), path);
    checkBlock(columns, schema, files[block].numRows, path);
    return columns;
  };
  return rowsInBlocks({ numRows, targets, read }, groupRows);
}

const arrays = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array } as const;

/** A file of the right size may still be another one. */
function checkBlock(
  { ids, values, lists, tensors = emptyRecord(), ...roles }: EncodedColumns,
  { slots }: FeatureSchema,
  numRows: number,
  path: string,
): void {
  const lengths: [string, number | undefined][] = [['rows', roles.numRows]];
  for (const slot of slots) {
    const { name, kind } = slot;
    if (kind === 'tensor') {
      const size = slot.shape.reduce((product, length) => product * length, 1);
      const whole = tensors[name]?.length === numRows * size && tensors[name] instanceof arrays[slot.dtype];
      lengths.push([`tensors of "${name}"`, whole ? numRows : undefined]);
      continue;
    }
    const list = lists[name] as EncodedColumns['lists'][string] | undefined;
    const length =
      kind === 'id' ? ids[name]?.length : kind === 'value' ? values[name]?.length : list && list.offsets.length - 1;
    lengths.push([`values of "${name}"`, length]);
    if (list !== undefined && list.offsets[numRows] !== list.ids.length)
      lengths.push([`entries of "${name}"`, undefined]);
  }
  const wrong = lengths.find(([, length]) => length !== numRows);
  if (wrong === undefined) return;
  throw new SerializationError(expected(path, `${numRows} ${wrong[0]}`, wrong[1], 'encode the data again'));
}

/** Writes a file without joining what it is made of. */
async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (let rest = pieces; rest.length > 0;) {
      const { bytesWritten } = await handle.writev(rest);
      rest = without(rest, bytesWritten);
    }
  } finally {
    await handle.close();
  }
}

/** Pieces less their first bytes. */
function without(pieces: readonly Uint8Array[], numBytes: number): Uint8Array[] {
  let left = numBytes;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    return skipped === piece.length ? [] : [piece.subarray(skipped)];
  });
}

function sha256(...pieces: Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
