import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fittedSchema } from '@ctrflow/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { modelWeights, setModelWeights } from '../src/index';
import type { CtrModel } from '../src/index';
import { loadModel, saveModel } from '../src/node';
import { randomizeWeights } from './random-weights';
import { spec, wide } from './wide';

let root: string;
let folder: string;
let model: CtrModel;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ctrflow-model-'));
  folder = join(root, 'model');
  model = wide(fittedSchema(spec), { embeddingDim: 3 });
  randomizeWeights(model);
  await saveModel(model, folder);
});
afterEach(async () => {
  model.dispose();
  await rm(root, { recursive: true });
});

async function edit(file: string, change: (json: Record<string, unknown>) => void): Promise<void> {
  const json = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(join(folder, file), JSON.stringify(json));
}

const loadError = async (): Promise<string> => {
  const error = await loadModel(folder, [wide as never]).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  expect(error?.name).toBe('SerializationError');
  return error?.message ?? '';
};

test('a folder has three files and nothing else beside it, also when it is saved again', async () => {
  await saveModel(model, folder);
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'schema.json', 'weights.safetensors']);
  expect(await readdir(root)).toEqual(['model']);
  const loaded = await loadModel(folder, [wide as never]);
  expect(modelWeights(loaded)).toEqual(modelWeights(model));
  loaded.dispose();
});

// Planted bug that this fails for: writing into the folder itself.
test('a save that fails leaves the old model and no half one', async () => {
  const before = await readFile(join(folder, 'weights.safetensors'));
  const broken = Object.create(model, { schema: { value: { fingerprint: 'x', toJSON: () => { throw new Error('disk'); } } } }) as CtrModel; // prettier-ignore
  await expect(saveModel(broken, folder)).rejects.toThrow('disk');
  expect(await readFile(join(folder, 'weights.safetensors'))).toEqual(before);
  expect(await readdir(root)).toEqual(['model']);
});

// Planted bugs that this fails for: any folder replaced, a model's folder with more in it replaced.
test('a folder of the user is never replaced, nor a model beside which something else stands', async () => {
  const home = join(root, 'home');
  await mkdir(home);
  await writeFile(join(home, 'thesis.txt'), 'x');
  await expect(saveModel(model, home)).rejects.toThrow(
    /folder: expected a new one, an empty one, or a saved model to replace, got ".*home"; it holds thesis\.txt, and nothing was changed/,
  );
  expect(await readdir(home)).toEqual(['thesis.txt']);
  await writeFile(join(folder, 'notes.md'), 'x');
  await expect(saveModel(model, folder)).rejects.toThrow(/it holds notes\.md/);
  expect((await readdir(folder)).sort()).toEqual(['model.json', 'notes.md', 'schema.json', 'weights.safetensors']);
});

test('one changed bit of the weights is found', async () => {
  const path = join(folder, 'weights.safetensors');
  const bytes = await readFile(path);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(path, bytes);
  expect(await loadError()).toMatch(
    /expected weights\.safetensors as it was saved, got other bytes; the file is damaged or was edited/,
  );
});

test('damaged, missing and foreign files are refused with what to do', async () => {
  await rm(join(folder, 'weights.safetensors'));
  expect(await loadError()).toMatch(/weights\.safetensors: expected a file that can be read, got "?none/);
  await writeFile(join(folder, 'model.json'), '{"format": "ctrflow-mo');
  expect(await loadError()).toMatch(/model\.json: expected JSON, got damaged text/);
  await writeFile(join(folder, 'model.json'), '{"format": "other"}');
  expect(await loadError()).toMatch(/expected a model\.json of ctrflow/);
  await rm(join(folder, 'model.json'));
  expect(await loadError()).toMatch(/expected a file model\.json, got "?none"?; is it the folder of a saved model\?/);
});

test.each([
  ['a newer format', { formatVersion: 99 }, /expected a format up to 2, got 99; install a newer version/],
  ['another version of the model', { version: 7 }, /expected version 1 of wide, got 7; install the version/],
  ['an unknown model', { name: 'deepwide' }, /expected a model among wide, got "deepwide"; pass its factory/],
  ['a rate of 0', { negativeKeepRate: 0 }, /expected a number in \(0, 1\] for negativeKeepRate, got 0/],
  [
    'a rate that is no number',
    { negativeKeepRate: null },
    /expected a number in \(0, 1\] for negativeKeepRate, got null/,
  ],
  ['another schema', { schemaFingerprint: '0123456789abcdef' }, /expected schema 0123456789abcdef, got/],
])('%s is refused', async (_, changed, message) => {
  await edit('model.json', (json) => Object.assign(json, changed));
  expect(await loadError()).toMatch(message);
});

const metadata = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>;

// Planted bugs that this fails for: a rate that is not saved, or not loaded; an older reader that would score without it.
test('the rate at which negatives were kept comes back; a folder without one is of 1, and older readers have it', async () => {
  const old = await loadModel(folder, [wide as never]);
  expect(old.negativeKeepRate).toBe(1);
  const { formatVersion, ...whole } = await metadata();
  expect(formatVersion).toBe(1);
  expect(whole).not.toHaveProperty('negativeKeepRate');
  model.negativeKeepRate = 0.25;
  await saveModel(model, folder);
  expect(await metadata()).toMatchObject({ formatVersion: 2, negativeKeepRate: 0.25 });
  const loaded = await loadModel(folder, [wide as never]);
  expect(loaded.negativeKeepRate).toBe(0.25);
  for (const one of [old, loaded]) one.dispose();
});

test.each([0, -1, NaN, 1.5])('a model of rate %s is not saved', async (rate) => {
  model.negativeKeepRate = rate;
  await expect(saveModel(model, folder)).rejects.toThrow(`saveModel: expected a number in (0, 1] for negativeKeepRate, got ${rate}`); // prettier-ignore
  expect(await metadata()).toMatchObject({ formatVersion: 1 });
});

test('weights of another set or shape are refused, and nothing is changed', () => {
  const before = modelWeights(model);
  const { 'linear/bias': bias, ...rest } = before;
  const data = new Float32Array(1).fill(9);
  expect(() => { setModelWeights(model, rest); }).toThrow('model wide: expected a weight "linear/bias"'); // prettier-ignore
  expect(() => { setModelWeights(model, { ...before, extra: bias }); }).toThrow(/no weights that the model does not have, got "?extra/); // prettier-ignore
  const misshaped = { ...before, 'linear/bias': { shape: [1, 1], data } };
  expect(() => { setModelWeights(model, misshaped); }).toThrow('model wide: expected shape [1] for "linear/bias"'); // prettier-ignore
  expect(modelWeights(model)).toEqual(before);
});
