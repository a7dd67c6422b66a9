import '@tensorflow/tfjs-backend-cpu';
import { deepFM } from '@ctrflow/deepfm';
import type { FieldSpec, SchemaSpec } from '@ctrflow/features';
import { fm } from '@ctrflow/fm';
import { lr } from '@ctrflow/lr';
import { fittedSchema, idFeeds, randomColumns, rawFeeds, textColumn } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportOnnxBytes } from '../src/index';
import { eagerLogits, withRandomWeights } from './cases';
import { runOnnx } from './run-onnx';

env().set('IS_TEST', true);

/** Relative to terms of size 1: float32 sums of some hundred terms differ by their order only. */
function expectEqual(scores: Float32Array, wanted: Float32Array): void {
  expect(scores).toHaveLength(wanted.length);
  wanted.forEach((logit, row) => {
    expect(Math.abs(scores[row] - logit), `row ${row}: ${scores[row]}, ${logit}`).toBeLessThan(
      1e-5 * (1 + Math.abs(logit)),
    );
  });
}

const rawField: fc.Arbitrary<Omit<FieldSpec, 'name'>> = fc.oneof(
  fc.record({ kind: fc.constant('categorical'), maxSize: fc.constantFrom(2, 4, 9) }),
  fc.record({
    kind: fc.constant('numeric'),
    transform: fc.constantFrom('none', 'standard', 'min-max', 'log', 'quantile'),
    numBuckets: fc.constantFrom(2, 5, 64),
    missing: fc.constantFrom('mean', -1.5, 3),
    missingIndicator: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('sequence'), maxSize: fc.constantFrom(2, 9), maxLength: fc.constantFrom(5, 12) }),
  fc.record({ kind: fc.constant('multi-hot'), maxSize: fc.constantFrom(2, 9) }),
  fc.record({ kind: fc.constant('multi-hot'), weightSeparator: fc.constant(':') }),
);
const idField = fc.oneof(
  { weight: 3, arbitrary: rawField },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ kind: 'hashed', numBuckets: 7 }, { kind: 'time-part', part: 'day-of-week' }),
  },
) as fc.Arbitrary<Omit<FieldSpec, 'name'>>;

const specOf = (field: typeof rawField): fc.Arbitrary<SchemaSpec> =>
  fc
    .array(field, { minLength: 1, maxLength: 5 })
    .map((fields) => ({ fields: fields.map((each, i) => ({ ...each, name: `f${i}` }) as FieldSpec) }));

const models = {
  lr: lr,
  fm: (schema: Parameters<typeof fm>[0]) => fm(schema, { embeddingDim: 3 }),
  deepfm: (schema: Parameters<typeof fm>[0]) =>
    deepFM(schema, { embeddingDim: 4, hiddenUnits: [8, 4], batchNorm: true, dropout: 0.5 }),
};

// Planted: unknown texts as row 0; a mask of ids > 1; a kernel turned without `transB`; `<=` at the boundaries of buckets; an indicator that is never 1.
test.each(['ids', 'raw'] as const)('a file with %s gives the logits of tfjs', async (inputs) => {
  await fc.assert(
    fc.asyncProperty(
      specOf(inputs === 'ids' ? idField : rawField),
      fc.constantFrom('lr', 'fm', 'deepfm'),
      fc.integer({ min: 1, max: 1000 }),
      async (spec, name, seed) => {
        const schema = fittedSchema(spec, 100, seed);
        const model = withRandomWeights(models[name](schema), seed);
        const bytes = exportOnnxBytes(model, { inputs });
        for (const numRows of [1, 7, 100]) {
          const rows = randomColumns(spec, numRows, seed + 1);
          const batch = schema.encode(rows);
          const feeds = inputs === 'ids' ? idFeeds(schema, batch) : rawFeeds(schema, rows);
          const { logit, probability } = await runOnnx(bytes, feeds);
          expectEqual(logit, eagerLogits(model, batch));
          logit.forEach((x, row) => {
            expect(probability[row]).toBeCloseTo(1 / (1 + Math.exp(-x)), 6);
          });
        }
        model.dispose();
      },
    ),
    { numRuns: 15, seed: 20 },
  );
});

test('missing, unknown and shared values, identity ids, entries that are missing', async () => {
  const spec: SchemaSpec = {
    nullValues: ['NA'],
    fields: [
      { name: 'city', kind: 'categorical', minCount: 2 },
      { name: 'item', kind: 'categorical', identity: 4 },
      { name: 'plain', kind: 'categorical', reservedRows: false },
      { name: 'size', kind: 'categorical', identity: 3, reservedRows: false },
      { name: 'history', kind: 'sequence', shareTable: 'city', maxLength: 6 },
      { name: 'large', kind: 'numeric' },
      { name: 'constant', kind: 'numeric', transform: 'min-max' },
      { name: 'same', kind: 'numeric', transform: 'quantile' },
    ],
  };
  const columns = {
    city: textColumn(['a', 'a', 'b', 'b', 'zebra', null]),
    item: textColumn(['0', '3', null, '1', '2', '2']),
    plain: textColumn(['x', 'y', 'x', 'y', 'z', 'z']),
    size: textColumn(['0', '1', '2', '2', '1', '0']),
    history: textColumn(['a^^b', 'q', null, 'b^NA^', 'a^a^a^a^b^b', 'NA']),
    large: textColumn(['1700000000.5', '1700000003', '1700000001', null, '1700000002', '1700000009']),
    constant: textColumn(['4', '4', '4', '4', null, '4']),
    same: textColumn(['4', '4', '4', null, '4', '4']),
  };
  const rows = { numRows: 6, columns };
  const { createFitter } = await import('@ctrflow/features');
  const fitter = createFitter(spec);
  fitter.add(rows);
  const schema = fitter.finish();
  const model = withRandomWeights(deepFM(schema, { embeddingDim: 4, hiddenUnits: [8] }), 3);
  const batch = schema.encode(rows);
  expectEqual((await runOnnx(exportOnnxBytes(model), idFeeds(schema, batch))).logit, eagerLogits(model, batch));
  const bytes = exportOnnxBytes(model, { inputs: 'raw' });
  const feeds = rawFeeds(schema, rows);
  expectEqual((await runOnnx(bytes, feeds)).logit, eagerLogits(model, batch));

  const row = (name: string, data: readonly (string | number)[]): typeof feeds => ({ ...feeds, [name]: { ...feeds[name], data } }); // prettier-ignore
  await expect(runOnnx(bytes, row('plain', ['x', 'y', 'x', 'y', 'z', 'new']))).rejects.toThrow(/out of data bounds/);
  await expect(runOnnx(bytes, row('size', [0, 1, 2, 2, 1, -1]))).rejects.toThrow(/out of data bounds/);
  await expect(runOnnx(bytes, row('item', [0, 1, 2, 2, 1, 4]))).rejects.toThrow(/out of data bounds/);
  const tooLong = { ...feeds, history: { type: 'string', dims: [6, 12], data: Array<string>(72).fill('a') } } as const;
  await expect(runOnnx(bytes, tooLong)).rejects.toThrow(/input\/history\/Reshape/);
  model.dispose();
});

// Planted bugs that this fails for: an export that leaves the rate out, or corrects one of its outputs only.
test.each(['ids', 'raw'] as const)(
  'a file with %s of a model that learnt from a share of the negatives scores all rows',
  async (inputs) => {
    const schema = fittedSchema({
      fields: [
        { name: 'city', kind: 'categorical' },
        { name: 'age', kind: 'numeric' },
      ],
    });
    const model = withRandomWeights(fm(schema, { embeddingDim: 3 }), 5);
    model.negativeKeepRate = 0.05;
    const table = randomColumns(schema.spec, 9, 3);
    const batch = schema.encode(table);
    const feeds = inputs === 'raw' ? rawFeeds(schema, table) : idFeeds(schema, batch);
    const { logit, probability } = await runOnnx(exportOnnxBytes(model, { inputs }), feeds);
    eagerLogits(model, batch).forEach((learnt, row) => {
      const p = 1 / (1 + Math.exp(-learnt));
      const q = p / (p + (1 - p) / 0.05);
      expect(Math.abs(probability[row] - q)).toBeLessThan(1e-6);
      expect(Math.abs(logit[row] - (learnt + Math.log(0.05)))).toBeLessThan(1e-5 * (1 + Math.abs(learnt)));
    });
    model.dispose();
  },
);
