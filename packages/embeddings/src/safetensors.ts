import {
  SerializationError,
  checkInteger,
  checkList,
  checkObject,
  checkTyped,
  emptyRecord,
  expected,
  mergeRecords,
  recordOf,
} from '@ctrflow/core';

/** A tensor of a safetensors file. */
export interface SafeTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** What a safetensors file holds. */
export interface SafeTensors {
  readonly tensors: Readonly<Record<string, SafeTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format's limit for headers. */
const MAX_HEADER = 100_000_000;

/**
 * The header of a safetensors file and the tensors in the order of their bytes, for writers that stream.
 *
 * @see https://github.com/huggingface/safetensors, section "Format"
 */
export function safetensorsLayout(content: SafeTensors): {
  readonly header: Uint8Array;
  readonly order: readonly (readonly [string, SafeTensor])[];
  readonly numBytes: number;
} {
  const { tensors, metadata } = checkTensors('safetensors', content);
  const order = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = mergeRecords<unknown>({ __metadata__: metadata });
  let end = 0;
  for (const [name, { shape, data }] of order) {
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    entries[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const length = Math.ceil(json.length / 8) * 8; // data begins aligned; blanks are allowed at the end of the header
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return { header, order, numBytes: header.length + end };
}

/** @throws ConfigError naming the tensor that is none */
function checkTensors(who: string, content: SafeTensors): SafeTensors {
  const { tensors, metadata } = checkObject(who, 'an object of tensors and metadata', content);
  checkObject(who, 'texts by name for metadata', metadata);
  for (const [name, tensor] of Object.entries(checkObject(who, 'tensors by name for tensors', tensors))) {
    const { shape, data } = checkObject(who, `a tensor for "${name}"`, tensor);
    checkTyped(who, `the data of "${name}"`, data, ['Float32Array', 'Int32Array']);
    checkList(who, `a list of sizes for the shape of "${name}"`, shape);
  }
  return content;
}

/** A whole safetensors file in memory; beyond 2 GiB, write it with `writeSafetensors` of `@ctrflow/embeddings/node`. */
export function encodeSafetensors(content: SafeTensors): Uint8Array {
  const { header, order, numBytes } = safetensorsLayout(content);
  const file = new Uint8Array(numBytes);
  file.set(header);
  let at = header.length;
  for (const [, { data }] of order) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** Where a tensor lies in a file. */
export interface SafeTensorLocation {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  /** First byte in the file, and the one after the last. */
  readonly begin: number;
  readonly end: number;
}

/** Number of bytes of the header, from the first 8 bytes of a file. */
export function safetensorsHeaderLength(start: Uint8Array, fileSize: number): number {
  checkTyped('safetensorsHeaderLength', 'start', start, ['Uint8Array']);
  checkInteger('safetensorsHeaderLength', 'fileSize', fileSize, { min: 0 });
  if (start.length < 8) throw damaged('at least 8 bytes', `${start.length}`);
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > fileSize) throw damaged('a header within the file', `${length} bytes`);
  return length;
}

/**
 * Reads a header (the bytes after the first 8): every tensor must be of a known type, as long as its shape says, inside the file, and overlap no other.
 *
 * @throws SerializationError
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  fileSize: number,
): {
  readonly locations: ReadonlyMap<string, SafeTensorLocation>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  checkTyped('parseSafetensorsHeader', 'header', header, ['Uint8Array']);
  checkInteger('parseSafetensorsHeader', 'fileSize', fileSize, { min: 0 });
  const { __metadata__: metadata, ...entries } = parseJson(header);
  const dataStart = 8 + header.length;
  const locations = new Map<string, SafeTensorLocation>();
  let expectedBegin = 0;
  const checked = Object.entries(entries).map(([name, entry]) => [name, checkEntry(name, entry)] as const);
  for (const [name, { dtype, shape, data_offsets: offsets }] of checked.sort(byOffset)) {
    const size = shape.reduce((product, length) => product * length, 4);
    if (dtype !== 'F32' && dtype !== 'I32') throw damaged('tensors of F32 or I32', `${dtype} for "${name}"`);
    if (offsets[1] - offsets[0] !== size) throw damaged(`${size} bytes for "${name}"`, String(offsets[1] - offsets[0]));
    if (offsets[0] !== expectedBegin) throw damaged(`"${name}" to begin at byte ${expectedBegin}`, String(offsets[0]));
    expectedBegin = offsets[1];
    locations.set(name, { dtype, shape, begin: dataStart + offsets[0], end: dataStart + offsets[1] });
  }
  if (dataStart + expectedBegin !== fileSize) throw damaged(`${dataStart + expectedBegin} bytes`, String(fileSize));
  return { locations, metadata: isObject(metadata) ? (metadata as Record<string, string>) : emptyRecord() };
}

/**
 * Reads a safetensors file.
 *
 * @throws SerializationError when it is truncated, damaged, or has tensors of other types than F32 and I32
 */
export function decodeSafetensors(file: Uint8Array): SafeTensors {
  checkTyped('decodeSafetensors', 'file', file, ['Uint8Array']);
  const length = safetensorsHeaderLength(file.subarray(0, 8), file.length);
  const { locations, metadata } = parseSafetensorsHeader(file.subarray(8, 8 + length), file.length);
  const tensors = recordOf(
    Array.from(locations, ([name, { dtype, shape, begin, end }]): [string, SafeTensor] => {
      const bytes = new Uint8Array(end - begin);
      bytes.set(file.subarray(begin, end)); // `slice` of a Node Buffer would share memory
      return [name, { shape, data: dtype === 'F32' ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer) }];
    }),
  );
  return { tensors, metadata };
}

function parseJson(header: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
    if (isObject(json)) return json;
  } catch {
    // Falls through to the one message.
  }
  throw damaged('a JSON header', 'something else');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const isPlaced = isSizes(offsets) && offsets.length === 2 && offsets[0] <= offsets[1];
  if (typeof dtype === 'string' && isSizes(shape) && isPlaced) return entry as Entry;
  throw damaged(`dtype, shape and data_offsets of "${name}"`, JSON.stringify(entry));
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

type Placed = readonly [string, Entry];

function byOffset([, { data_offsets: one }]: Placed, [, { data_offsets: other }]: Placed): number {
  return one[0] - other[0] || one[1] - other[1];
}

function damaged(what: string, got: string): SerializationError {
  return new SerializationError(expected('safetensors', what, got, 'the file is truncated or damaged'));
}
