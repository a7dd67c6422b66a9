import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/index';
import type { SafeTensors } from '../src/index';
import { readSafetensors, writeSafetensors } from '../src/node';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
const content: SafeTensors = {
  tensors: {
    'embedding/city': { shape: [3, 2], data: Float32Array.from([0, 1, 2, 3, 4, 5], (v) => v / 4) },
    steps: { shape: [3], data: Int32Array.of(1, -2, 3) },
    empty: { shape: [0, 2], data: new Float32Array(0) },
    scalar: { shape: [], data: Float32Array.of(-0.5) },
  },
  metadata: { format: 'ctrflow', über: 'ß' },
};

// `tools/golden/safetensors_files.py` wrote the one file and reads the other.
test('reads what Python wrote', () => {
  expect(decodeSafetensors(readFileSync(golden('python.safetensors')))).toEqual(content);
});

test('writes the bytes that Python has read', () => {
  const file = encodeSafetensors(content);
  if (process.env.CTRFLOW_WRITE_GOLDEN === '1') writeFileSync(golden('ctrflow.safetensors'), file);
  expect(Buffer.compare(file, readFileSync(golden('ctrflow.safetensors')))).toBe(0);
});

const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((size, n) => size * n, 1);
  const bits = fc.array(fc.integer(), { minLength: length, maxLength: length }).map((x) => Int32Array.from(x));
  // Any bits: a number may be -0, subnormal or a NaN with a payload.
  return fc.record({ shape: fc.constant(shape), data: fc.oneof(bits, bits.map((x) => new Float32Array(x.buffer))) }); // prettier-ignore
});
const anyContent = fc.record({
  tensors: fc.dictionary(fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__' && name !== '__proto__'), tensor, { maxKeys: 4, noNullPrototype: true }),
  metadata: fc.dictionary(fc.string().filter((name) => name !== '__proto__'), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
}); // prettier-ignore

const asBytes = ({ tensors, metadata }: SafeTensors) => ({
  metadata: Object.entries(metadata).sort(),
  tensors: Object.entries(tensors)
    .map(([name, { shape, data }]) => [name, data.constructor.name, shape, Buffer.from(data.buffer).toString('hex')])
    .sort(([a], [b]) => (a < b ? -1 : 1)),
});

// Fails when offsets count elements instead of bytes, when lengths count UTF-16 units, or when numbers pass through JavaScript's.
test('encoding and decoding return the same bits', () => {
  fc.assert(
    fc.property(anyContent, (some) => {
      expect(asBytes(decodeSafetensors(encodeSafetensors(some)))).toEqual(asBytes(some));
    }),
    { numRuns: 100, seed: 1 },
  );
});

test('a file on disk has the same bytes, and a cut one is refused with its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ctrflow-'));
  try {
    const path = join(folder, 'a.safetensors');
    await writeSafetensors(path, content);
    const file = readFileSync(path);
    expect(Buffer.compare(file, encodeSafetensors(content))).toBe(0);
    expect(await readSafetensors(path)).toEqual(content);
    writeFileSync(path, file.subarray(0, file.length - 1));
    await expect(readSafetensors(path)).rejects.toThrow(`${path}: safetensors: expected`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Fails when a length or an offset of the header is taken without a look at the file.
test('any cut is refused', () => {
  const file = encodeSafetensors(content);
  for (let length = 0; length < file.length; length++)
    expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(/safetensors: expected/);
});
