import '@tensorflow/tfjs-backend-cpu';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deepFM } from '@ctrflow/deepfm';
import { env } from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { exportOnnxBytes } from '../src/index';
import { exportOnnx } from '../src/node';
import { fittedSchema, idFeeds, randomColumns } from '@ctrflow/testkit';
import { eagerLogits, withRandomWeights } from './cases';
import { runOnnx } from './run-onnx';

env().set('IS_TEST', true);
const folder = mkdtempSync(join(tmpdir(), 'ctrflow-export-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const spec = {
  fields: [
    { name: 'city', kind: 'categorical' },
    { name: 'query', kind: 'hashed', numBuckets: 500 },
    { name: 'age', kind: 'numeric' },
  ],
} as const;
const model = withRandomWeights(deepFM(fittedSchema(spec, 100, 1), { embeddingDim: 8, hiddenUnits: [32] }), 1);
const batch = model.schema.encode(randomColumns(spec, 9, 5));

test('a file is the bytes of the model', async () => {
  const path = join(folder, 'deep', 'model.onnx');
  const { files, inputs, outputs } = await exportOnnx(model, path);
  const bytes = readFileSync(path);
  expect(Buffer.compare(bytes, exportOnnxBytes(model))).toBe(0);
  expect(files).toEqual([{ path, bytes: bytes.length }]);
  expect(inputs.map(({ name }) => name)).toEqual(['city', 'query', 'age', 'age:missing']);
  expect(outputs.map(({ name }) => name)).toEqual(['probability', 'logit']);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['model.onnx']);
});

test('weights above the limit go beside the model, which finds them there', async () => {
  const path = join(folder, 'outside.onnx');
  const { files } = await exportOnnx(model, path, { maxInlineBytes: 4096 });
  expect(files[0].path).toBe(path);
  expect(files[1].path).toMatch(/outside\.onnx\.[0-9a-f]{16}\.data$/);
  expect(files[1].bytes).toBe(statSync(files[1].path).size);
  expect(files[0].bytes).toBeLessThan(12_000);
  expect(files[1].bytes).toBeGreaterThan(501 * 8 * 4);
  const { logit } = await runOnnx(path, idFeeds(model.schema, batch));
  expect([...logit]).toEqual([...(await runOnnx(exportOnnxBytes(model), idFeeds(model.schema, batch))).logit]);
  eagerLogits(model, batch).forEach((wanted, row) => {
    expect(logit[row]).toBeCloseTo(wanted, 4);
  });
});

test.each<[string, string, object, RegExp]>([
  ['a path of another kind', 'model.pb', {}, /export: expected a path that ends with \.onnx, got ".*model\.pb"/],
  [
    'a folder that is a file',
    'file/model.onnx',
    {},
    /export: expected a path that can be written, got ".*"; .*(EEXIST|ENOTDIR)/,
  ],
  ['an unknown option', 'model.onnx', { maxInlineByte: 1 }, /did you mean "maxInlineBytes"\?/],
  ['too large a file', 'model.onnx', { maxInlineBytes: 2 ** 33 }, /an integer .* for maxInlineBytes, got 8589934592/],
  ['fields that a graph cannot encode', 'model.onnx', { inputs: 'raw' }, /"query" \(hashed/],
])('refuses %s and leaves nothing behind', async (_, path, options, message) => {
  writeFileSync(join(folder, 'file'), '');
  const before = readdirSync(folder);
  await expect(exportOnnx(model, join(folder, path), options)).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual(before);
});

/** Names of the files beside `name.onnx`. */
const beside = (name: string): string[] => readdirSync(folder).filter((one) => one.startsWith(`${name}.onnx.`)).sort(); // prettier-ignore

const other = withRandomWeights(deepFM(fittedSchema(spec, 100, 1), { embeddingDim: 8, hiddenUnits: [32] }), 2);
const outside = { maxInlineBytes: 4096 };

// Planted bugs that this fails for: weights under one name for every model, the old ones removed before the new model stands.
test('a model that ends between its two files leaves the one before whole', async () => {
  const path = join(folder, 'killed.onnx');
  await exportOnnx(model, path, outside);
  const before = (await runOnnx(path, idFeeds(model.schema, batch))).logit;
  const worker = join(import.meta.dirname, 'export-killed.ts');
  const { signal, stderr } = spawnSync(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', worker, path], { encoding: 'utf8' }); // prettier-ignore
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
  expect(beside('killed')).toHaveLength(2); // the new weights are there, the new model is not
  expect([...(await runOnnx(path, idFeeds(model.schema, batch))).logit]).toEqual([...before]);

  await exportOnnx(other, path, outside);
  expect(beside('killed')).toHaveLength(1);
  const wanted = (await runOnnx(exportOnnxBytes(other), idFeeds(other.schema, batch))).logit;
  expect([...(await runOnnx(path, idFeeds(other.schema, batch))).logit]).toEqual([...wanted]);
});

// Planted bug that this fails for: removing whatever has the form of the name.
test('files of the user beside the model stay, whatever they are called', async () => {
  const path = join(folder, 'mine.onnx');
  const names = ['mine.onnx.data', 'mine.onnx.0123456789abcdef.data', 'mine.onnx.txt'];
  for (const name of names) writeFileSync(join(folder, name), 'mine');
  await exportOnnx(model, path, outside);
  await exportOnnx(other, path, outside);
  expect(beside('mine')).toHaveLength(4);
  for (const name of names) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
});
