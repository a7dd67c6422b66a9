import '@tensorflow/tfjs-backend-cpu';
import { deepFM } from '@ctrflow/deepfm';
import { schemaFromJSON } from '@ctrflow/features';
import type { SchemaSpec } from '@ctrflow/features';
import { defineModel, modelWeights } from '@ctrflow/model-kit';
import { env, memory, sum } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { toOnnxModel } from '../src/index';
import { fittedSchema } from '@ctrflow/testkit';
import { withRandomWeights } from './cases';

env().set('IS_TEST', true);

const fields: SchemaSpec['fields'] = [
  { name: 'city', kind: 'categorical' },
  { name: 'age', kind: 'numeric', missingIndicator: true },
  { name: 'tags', kind: 'multi-hot', weightSeparator: ':' },
];

const modelOf = (spec: SchemaSpec): ReturnType<typeof deepFM> =>
  withRandomWeights(deepFM(fittedSchema(spec, 100, 1), { embeddingDim: 4, hiddenUnits: [8, 6] }), 1);

test('every weight is there under its path, kernels as [out, in]', () => {
  const model = modelOf({ fields });
  const { initializers, nodes, opsets, irVersion } = toOnnxModel(model, { inputs: 'raw' });
  expect({ opsets, irVersion }).toEqual({ opsets: { '': 17, 'ai.onnx.ml': 3 }, irVersion: 8 });
  for (const [path, { shape, data }] of Object.entries(modelWeights(model))) {
    const found = initializers.find(({ name }) => name === path);
    if (path.endsWith('/kernel') || path === 'linear/numeric') {
      const [rows, columns] = shape;
      expect(found?.dims).toEqual([columns, rows]);
      const turned = Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
      expect([...(found?.data as Float32Array)]).toEqual(turned);
    } else expect(found).toMatchObject({ dims: shape, data });
  }
  expect(nodes.filter(({ name }) => /^deep\/.*Gemm/.test(name)).map(({ attrs }) => attrs.transB)).toEqual([1, 1, 1]);
  model.dispose();
});

test('inputs are one per field, outputs and batch are named', () => {
  const model = modelOf({ fields });
  const list = (inputs: 'ids' | 'raw'): string[] =>
    toOnnxModel(model, { inputs }).inputs.map(({ name, type, dims }) => `${name} ${type} ${dims.join('x')}`);
  expect(list('ids')).toEqual([
    'city int64 batchx1',
    'age float32 batchx1',
    'age:missing float32 batchx1',
    'tags int64 batchxtags_length',
    'tags/weights float32 batchxtags_length',
  ]);
  expect(list('raw')).toEqual([
    'city string batchx1',
    'age float64 batchx1',
    'tags string batchxtags_length',
    'tags/weights float32 batchxtags_length',
  ]);
  expect(toOnnxModel(model).outputs).toEqual([
    { name: 'probability', type: 'float32', dims: ['batch', 1] },
    { name: 'logit', type: 'float32', dims: ['batch', 1] },
  ]);
  model.dispose();
});

// Fails for: inputs of every field of the schema, read or not.
test.each(['ids', 'raw'] as const)('with %s a model of some fields has inputs for these alone', (inputs) => {
  const factory = defineModel({
    ...{ name: 'some', version: 1, paper: 'Nobody: Nothing. ARXIV 2000.', summary: 'A model of a test.' },
    assemble(a) {
      const city = a.embeddings({ slots: ['city'], dim: 1 });
      return () => sum<Tensor2D>(city(), 1);
    },
  });
  const model = factory(fittedSchema({ fields }, 100, 1));
  expect(toOnnxModel(model, { inputs }).inputs.map(({ name }) => name)).toEqual(['city']);
  model.dispose();
});

test('the file says what it is: model, versions, schema', () => {
  const model = modelOf({ fields });
  const { metadata = {}, docString } = toOnnxModel(model, { inputs: 'raw' });
  expect(metadata).toMatchObject({
    'ctrflow.model': 'deepfm',
    'ctrflow.model_version': '1',
    'ctrflow.inputs': 'raw',
    'ctrflow.schema_fingerprint': model.schema.fingerprint,
  });
  const schema = schemaFromJSON(JSON.parse(metadata['ctrflow.schema']));
  expect(schema.fingerprint).toBe(model.schema.fingerprint);
  expect(docString).toContain('city: string [batch, 1]');
  model.dispose();
});

test('no tensor is left behind', () => {
  const model = modelOf({ fields });
  const before = memory().numTensors;
  toOnnxModel(model);
  expect(memory().numTensors).toBe(before);
  model.dispose();
});

const raw = { inputs: 'raw' } as const;
test.each<[string, SchemaSpec['fields'], object, RegExp]>([
  [
    'a hashed field and a cross',
    [
      ...fields,
      { name: 'query', kind: 'hashed', numBuckets: 9 },
      { name: 'both', kind: 'crossed', fields: ['city', 'query'], numBuckets: 9 },
    ],
    raw,
    /export: expected fields that a graph can encode, got "query" \(hashed: .*\), "both" \(crossed: .*\); export with inputs "ids"/,
  ],
  [
    'a time',
    [...fields, { name: 'at', kind: 'time-part', part: 'hour' }],
    raw,
    /got "at" \(time-part: ONNX cannot read times/,
  ],
  [
    'a column as text and as id',
    [...fields, { name: 'number', kind: 'categorical', identity: 9, column: 'city' }],
    raw,
    /export: column "city": expected one type for all its fields, got "string for field \\"city\\" and int64 for field \\"number\\""/,
  ],
  ['an unknown option', fields, { input: 'raw' }, /did you mean "inputs"\?/],
  ['an unknown choice', fields, { inputs: 'rows' }, /export: expected one of ids, raw for inputs, got "rows"/],
  ['no name for an output', fields, { logitName: '' }, /expected a text as name of an output, got ""/],
  [
    'a field called like an output',
    [...fields, { name: 'logit', kind: 'numeric' }],
    {},
    /one tensor of each name, got "\\"logit\\" twice"; give the outputs other names/,
  ],
])('refuses %s', (_, declared, options, message) => {
  const model = modelOf({ fields: declared });
  expect(() => toOnnxModel(model, options)).toThrow(message);
  model.dispose();
});

test('another name for an output makes room for the field', () => {
  const model = modelOf({ fields: [...fields, { name: 'logit', kind: 'numeric' }] });
  expect(toOnnxModel(model, { logitName: 'score' }).outputs[1].name).toBe('score');
  model.dispose();
});

test('refuses what is no model', () => {
  expect(() => toOnnxModel({} as never)).toThrow(/export: expected a model of ctrflow, got {}/);
});
