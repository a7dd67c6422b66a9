import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventWriter } from '../src/node/tensorboard';

const folder = await mkdtemp(join(tmpdir(), 'ctrflow-events-'));
afterAll(() => rm(folder, { recursive: true }));

/** CRC-32C bit by bit from the polynomial's definition, not by a table. */
function crc32c(data: Uint8Array): bigint {
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return crc ^ 0xffffffffn;
}

function masked(data: Uint8Array): number {
  const crc = crc32c(data);
  const rotated = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  return Number((rotated + 0xa282ead8n) & 0xffffffffn);
}

/** Splits a file into records and checks every checksum. */
function records(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(masked(file.subarray(at, at + 8)));
    expect(file.readUInt32LE(at + 12 + length)).toBe(masked(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

/** Fields of a protocol buffer message: number and content. */
function fields(message: Buffer): readonly (readonly [number, number | Buffer])[] {
  const found: [number, number | Buffer][] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message[at++];
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    if (tag % 8 === 0) found.push([tag >> 3, varint()]);
    else if (tag % 8 === 1) found.push([tag >> 3, message.readDoubleLE((at += 8) - 8)]);
    else if (tag % 8 === 5) found.push([tag >> 3, message.readFloatLE((at += 4) - 4)]);
    else {
      const length = varint();
      found.push([tag >> 3, message.subarray(at, (at += length))]);
    }
  }
  return found;
}

const field = (message: Buffer, number: number): number | Buffer | undefined =>
  fields(message).find(([found]) => found === number)?.[1];

/** Scalars of a file as `tag@step` -> value. */
async function scalars(): Promise<Record<string, number>> {
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  const [first, ...events] = records(await readFile(join(folder, names[0])));
  expect(String(field(first, 3))).toBe('brain.Event:2');
  const found = events.flatMap((event) =>
    fields(field(event, 5) as Buffer).map(
      ([, value]) =>
        [
          `${String(field(value as Buffer, 1))}@${String(field(event, 2))}`,
          field(value as Buffer, 2) as number,
        ] as const,
    ),
  );
  const told = found.map(([name]) => name);
  expect(told.filter((name, i) => told.indexOf(name) !== i)).toEqual([]);
  return Object.fromEntries(found);
}

const epoch = (number: number) => ({
  ...{ epoch: number, step: 300 * number, learningRate: 0.5, trainLoss: 0.25 },
  valid: { auc: 0.75, logLoss: 0.5 },
});
const losses = [1, 127, 128, 300, 16_384].map((step) => ({ step, loss: 1 / 4 + step }));

// Planted bugs that this fails for: checksums not masked, varints of one byte only, epochs told twice.
test('event files hold every scalar once, in records whose checksums are right', async () => {
  const writer = await eventWriter(folder);
  await writer.write([epoch(1)], losses.slice(0, 3));
  await writer.write([epoch(1), epoch(2)], losses);
  const wanted = {
    ...Object.fromEntries(losses.map(({ step, loss }) => [`train/loss@${step}`, loss])),
    ...{ 'epoch@300': 1, 'epoch@600': 2 },
    ...Object.fromEntries(
      [300, 600].flatMap((step) => [
        [`train/learningRate@${step}`, 0.5],
        [`train/epochLoss@${step}`, 0.25],
        [`valid/auc@${step}`, 0.75],
        [`valid/logLoss@${step}`, 0.5],
      ]),
    ),
  };
  expect(await scalars()).toEqual(wanted);
  const resumed = await eventWriter(folder);
  await resumed.write([epoch(1), epoch(2)], losses);
  expect(await scalars()).toEqual(wanted);
});
