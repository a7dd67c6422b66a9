/** Whatever a folder of a model holds, reading it ends with a model or with one of our errors. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCtrflowError } from '@ctrflow/core';
import { fittedSchema } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModel, saveModel } from '../src/node';
import { spec, wide } from './wide';

env().set('IS_TEST', true);
const root = mkdtempSync(join(tmpdir(), 'ctrflow-hostile-'));
const files: Record<string, Buffer> = {};
beforeAll(async () => {
  const model = wide(fittedSchema(spec), { embeddingDim: 3 });
  await saveModel(model, join(root, 'model'));
  model.dispose();
  for (const name of ['model.json', 'schema.json', 'weights.safetensors']) files[name] = readFileSync(join(root, 'model', name)); // prettier-ignore
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

let numFolders = 0;
/** A folder with some files changed; checksums are those of the changed files, as somebody hostile would write them. */
function folderOf(changed: Readonly<Record<string, Uint8Array>>, sign = true): string {
  const folder = join(root, String(numFolders++));
  mkdirSync(folder);
  const all: Record<string, Uint8Array> = { ...files, ...changed };
  if (sign && changed['model.json'] === undefined) {
    const json = JSON.parse(files['model.json'].toString()) as Record<string, unknown>;
    json.checksums = Object.fromEntries(['schema.json', 'weights.safetensors'].map((name) => [name, createHash('sha256').update(all[name]).digest('hex')])); // prettier-ignore
    all['model.json'] = Buffer.from(JSON.stringify(json));
  }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content);
  return folder;
}

async function outcome(folder: string): Promise<Error | undefined> {
  try {
    (await loadModel(folder, [wide as never])).dispose();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

const edited = (change: (json: Record<string, unknown>) => void): string => {
  const json = JSON.parse(files['model.json'].toString()) as Record<string, unknown>;
  change(json);
  return folderOf({ 'model.json': Buffer.from(JSON.stringify(json)) });
};

// Planted bugs that this fails for: checksums read from whatever model.json names; none asked for.
test.each<[string, () => string, RegExp]>([
  ['checksums of other files only', () => edited((json) => { json.checksums = { '../../../dev/zero': 'x' }; }), /expected a checksum of schema\.json/],
  ['a checksum of another file besides', () => edited((json) => { (json.checksums as Record<string, string>)['../../../dev/zero'] = 'x'; (json.checksums as Record<string, string>)['schema.json'] = '0'; }), /schema\.json as it was saved/],
  ['no checksums', () => edited((json) => { delete json.checksums; }), /expected a checksum of schema\.json, got undefined; model\.json is damaged/],
  ['a checksum left out', () => edited((json) => { delete (json.checksums as Record<string, string>)['weights.safetensors']; }), /expected a checksum of weights\.safetensors/],
  ['options null', () => edited((json) => { json.options = null; }), /expected the options of a model, got null; model\.json is damaged/],
  ['options of another kind', () => edited((json) => { json.options = [1]; }), /expected the options of a model/],
  ['a format that is no number', () => edited((json) => { json.formatVersion = 'one'; }), /expected a format up to/],
  ['an absurd size', () => edited((json) => { json.options = { ...(json.options as object), embeddingDim: 1e9 }; }), /wide: expected an integer >= 1 and <= 65536 for embeddingDim, got 1000000000/],
  ['a device for weights', () => { const folder = folderOf({}); rmSync(join(folder, 'weights.safetensors')); symlinkSync('/dev/zero', join(folder, 'weights.safetensors')); return folder; }, /expected a regular file/],
  ['a device for model.json', () => { const folder = folderOf({}); rmSync(join(folder, 'model.json')); symlinkSync('/dev/zero', join(folder, 'model.json')); return folder; }, /expected a regular file/],
])('%s', async (_, make, message) => {
  const error = await outcome(make());
  expect(error?.message).toMatch(message);
  expect(isCtrflowError(error)).toBe(true);
}); // prettier-ignore

const json = fc.oneof(fc.jsonValue(), fc.constantFrom(null, 1e9, -1, 0.5, {}, [], '', 'x', true));

/** A JSON value with something somewhere in it replaced, or left out. */
function mutated(value: unknown, path: readonly number[], put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null || Object.keys(value).length === 0) return put;
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  const entries = Object.entries(value as Record<string, unknown>).map(([name, one]): [string, unknown] => [
    name,
    name === key ? mutated(one, rest, put) : one,
  ]);
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

const mutation = fc.tuple(fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), json);

test.each(['model.json', 'schema.json'])('mutations of %s give one of our errors, or a model', async (name) => {
  await fc.assert(
    fc.asyncProperty(mutation, async ([path, put]) => {
      const changed = mutated(JSON.parse(files[name].toString()), path, put);
      const error = await outcome(folderOf({ [name]: Buffer.from(JSON.stringify(changed) ?? '') }));
      if (error !== undefined && !isCtrflowError(error)) throw error;
    }),
    { numRuns: 150, seed: 16 },
  );
});

test('mutations of the header of the weights, and of any byte, give one of our errors, or a model', async () => {
  const bytes = files['weights.safetensors'];
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as unknown;
  await fc.assert(
    fc.asyncProperty(mutation, fc.option(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }))), async ([path, put], flip) => {
      let changed: Buffer;
      if (flip === null) {
        const text = Buffer.from(JSON.stringify(mutated(header, path, put)) ?? '');
        const size = Buffer.alloc(8);
        size.writeBigUInt64LE(BigInt(text.length));
        changed = Buffer.concat([size, text, bytes.subarray(8 + length)]);
      } else {
        changed = Buffer.from(bytes);
        changed[flip[0]] ^= flip[1];
      }
      const error = await outcome(folderOf({ 'weights.safetensors': changed }));
      if (error !== undefined && !isCtrflowError(error)) throw error;
    }),
    { numRuns: 200, seed: 16 },
  ); // prettier-ignore
});
