import '@tensorflow/tfjs-backend-cpu';
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
  expect(files.map((file) => file.path)).toEqual([path, `${path}.data`]);
  expect(files[1].bytes).toBe(statSync(`${path}.data`).size);
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

// Planted bug that this fails for: weights beside the model that take the place of whatever is called so.
test('a file of the user where the weights would go stays', async () => {
  const path = join(folder, 'mine.onnx');
  writeFileSync(`${path}.data`, 'mine');
  await expect(exportOnnx(model, path, { maxInlineBytes: 4096 })).rejects.toThrow(/export: expected no file .*mine\.onnx\.data of something else, got "one"; the weights go there/); // prettier-ignore
  expect(readFileSync(`${path}.data`, 'utf8')).toBe('mine');
  await exportOnnx(model, path);
  await exportOnnx(model, path, { maxInlineBytes: 4096 }); // that of the model before
});
