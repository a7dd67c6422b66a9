import { emptyRecord, mergeRecords, recordOf } from '@ctrflow/core';
import { appendFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@ctrflow/core/node';
import type { EpochRecord } from '../fit-options';
import type { StepLoss } from '../run-store';

/** Event files of other programs stay. */
const OWN = /^events\.out\.tfevents\.\d+\.\d+\.\d+\.ctrflow$/;

/** What TensorBoard shows of a training. */
export interface EventWriter {
  /** Appends what is new since the last call. */
  write(history: readonly EpochRecord[], losses: readonly StepLoss[]): Promise<void>;
}

/**
 * Writes a folder of TensorBoard event files: `train/loss` by step, everything else by epoch (its step is the last of the epoch). A resumed training takes the place of what
 * was there, so that no step is told twice and a torn record of a killed process is gone.
 *
 * @see TensorFlow: `tensorflow/core/util/event.proto`, `core/lib/io/record_writer.h` (TFRecord with masked CRC-32C).
 */
export async function eventWriter(folder: string): Promise<EventWriter> {
  await makeFolder(folder);
  const old = (await readdir(folder)).filter((name) => OWN.test(name));
  await Promise.all(old.map((name) => rm(join(folder, name))));
  const started = Math.floor(Date.now() / 1000);
  // Another name than the file before: TensorBoard follows files by name.
  const path = join(folder, `events.out.tfevents.${started}.${process.pid}.${old.length}.ctrflow`);
  let numEpochs = 0;
  let lastStep = 0;
  let begun = false;
  return {
    async write(history, losses) {
      const now = Date.now() / 1000;
      const events = begun ? [] : [concat(double(1, now), bytes(3, utf8('brain.Event:2')))];
      for (const { step, loss } of losses) if (step > lastStep) events.push(scalars(now, step, { 'train/loss': loss }));
      for (const record of history.slice(numEpochs)) events.push(scalars(now, record.step, scalarsOf(record)));
      await appendFile(path, concat(...events.map(tfRecord)));
      begun = true;
      numEpochs = history.length;
      lastStep = losses.at(-1)?.step ?? lastStep;
    },
  };
}

function scalarsOf({ epoch, learningRate, trainLoss, valid }: EpochRecord): Record<string, number> {
  const validation = recordOf<number>(Object.entries(valid ?? emptyRecord<number>()).map(([name, value]) => [`valid/${name}`, value])); // prettier-ignore
  return mergeRecords({ epoch, 'train/learningRate': learningRate, 'train/epochLoss': trainLoss }, validation);
}

/** An `Event` with one `Summary` of simple values. */
function scalars(wallTime: number, step: number, values: Readonly<Record<string, number>>): Uint8Array {
  const summary = Object.entries(values).map(
    ([tag, value]) =>
    bytes(1, concat(bytes(1, utf8(tag)), fixed(2, 5, 4, (view, at) => { view.setFloat32(at, value, true); }))), // prettier-ignore
  );
  return concat(double(1, wallTime), varint(2 << 3), varint(step), bytes(5, concat(...summary)));
}

/** A record: length, its checksum, data, its checksum. */
function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true); // a uint64 whose high half is 0
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32C (Castagnoli), rotated and shifted so that a checksum of data with checksums stays strong. */
function maskedCrc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return Uint8Array.from([...out, rest]);
}

/** A field of a message: length-delimited. */
function bytes(field: number, content: Uint8Array): Uint8Array {
  return concat(varint((field << 3) | 2), varint(content.length), content);
}

function double(field: number, value: number): Uint8Array {
  return fixed(field, 1, 8, (view, at) => {
    view.setFloat64(at, value, true);
  });
}

function fixed(field: number, wire: 1 | 5, size: 4 | 8, set: (view: DataView, at: number) => void): Uint8Array {
  const out = new Uint8Array(1 + size);
  out[0] = (field << 3) | wire;
  set(new DataView(out.buffer), 1);
  return out;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
