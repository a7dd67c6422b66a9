import '@tensorflow/tfjs-backend-cpu';
import { randomKey } from '@ctrflow/core';
import { toOnnxModel } from '@ctrflow/export';
import type { FieldSpec } from '@ctrflow/features';
import { modelContract, oracleRows, oracleWeights, randomizeWeights } from '@ctrflow/model-contract';
import type { ModelOracle, OracleRow } from '@ctrflow/model-contract';
import { ROUNDOFF, exactLoss, exactMLP, fittedSchema, randomColumns } from '@ctrflow/testkit';
import { compiledEngine, eagerEngine, sgd } from '@ctrflow/training';
import { expect, test } from 'vitest';
import { dssm } from '../src/index';
import type { DSSMOptions } from '../src/index';

const itemFields = ['item', 'price'];
const fields: readonly FieldSpec[] = [
  { name: 'user', kind: 'categorical' },
  { name: 'item', kind: 'categorical' },
  { name: 'price', kind: 'numeric', transform: 'log', missingIndicator: true },
];
const badOptions = {
  itemFields: [[], ['itme'], 'item', [3]],
  hiddenUnits: [[0], [8, 2.5], 8, 'x'],
  vectorSize: [0, 1.5, '8'],
  temperature: [0, -1, '1'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
};
const options = { embeddingDim: 3, itemFields, hiddenUnits: [6], vectorSize: 4, temperature: 0.5 };

/** Slots of both sides of the contract's schema: ids, then lists; then numbers, with vectors of their own side. */
const sides = {
  item: { others: ['item'], numbers: ['price', 'price:missing'] },
  user: { others: ['user', 'day', 'user x item', 'history', 'tags'], numbers: ['age', 'age:missing'] },
} as const;

/** Equation 3 of the paper of 2013: an MLP, then a vector of length 1. */
function vectorOf(row: OracleRow, side: keyof typeof sides, numHidden: number): number[] {
  const { others, numbers } = sides[side];
  const x = [...row.embeddings({ slots: others }), ...row.embeddings({ slots: numbers, path: side })].flat();
  const vector = exactMLP(x, row.weights, { path: `tower/${side}`, numHidden });
  const length = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 1e-12));
  return vector.map((v) => v / length);
}

const dot = (u: readonly number[], v: readonly number[]): number => u.reduce((sum, x, d) => sum + x * v[d], 0);

const oracle: ModelOracle<DSSMOptions> = (row, { hiddenUnits, temperature }) =>
  dot(vectorOf(row, 'user', hiddenUnits.length), vectorOf(row, 'item', hiddenUnits.length)) / temperature;

modelContract(dssm, {
  options,
  trainingOptions: { ...options, dropout: 0.3, batchNorm: true },
  fields,
  vectors: ['user_vector', 'item_vector'],
  badOptions,
  oracle,
  roundings: 1024,
});

const spec = {
  fields: [
    ...fields,
    { name: 'age', kind: 'numeric' },
    { name: 'history', kind: 'sequence', shareTable: 'user' },
    { name: 'tags', kind: 'multi-hot' },
    { name: 'day', kind: 'time-part', part: 'day-of-week' },
    { name: 'user x item', kind: 'crossed', fields: ['user', 'item'], numBuckets: 11 },
  ],
  label: { column: 'click' },
} as const;
const schema = fittedSchema(spec);

// Planted bugs: rows of the query's own item among its negatives; rows without a click as queries; a temperature that only the logit has.
test.each([
  ['eager', eagerEngine()],
  ['compiled', compiledEngine({ threads: 1 })],
])(
  'training minimizes the softmax over the items of the batch, those of clicks against all others: %s',
  async (_, engine) => {
    const model = dssm(schema, options);
    randomizeWeights(model);
    const batch = schema.encode(randomColumns(spec, 24, 5));
    const rows = oracleRows(schema, batch, oracleWeights(model), { dim: 3 });
    const outputs = {
      user_vector: rows.map((row) => vectorOf(row, 'user', 1)),
      item_vector: rows.map((row) => vectorOf(row, 'item', 1)),
      item_id: Array.from(batch.ids.item, (id) => [id]),
    };
    const ones = Array.from(batch.ids.item, () => 1);
    const label = { values: [...batch.targets!.label], weights: ones };
    const [{ loss }] = model.objectives!;
    const exact = exactLoss(loss, { outputs, targets: { label }, weights: ones, groups: ones });
    const prepared = await engine.prepare(model, { optimizer: sgd(0.1), tableOptimizer: { kind: 'sgd' }, l2: { net: 0, embedding: 0 }, key: randomKey(1) }); // prettier-ignore
    const step = await prepared.trainStep(batch, { step: 1, learningRate: 0.1 });
    expect(Math.abs(step.loss - exact.value)).toBeLessThanOrEqual(1024 * ROUNDOFF * exact.size);
    prepared.dispose();
    model.dispose();
  },
);

test('a tower is exported alone, and takes only the fields that it reads', () => {
  const small = fittedSchema({ fields: [...fields, { name: 'age', kind: 'numeric' }], label: { column: 'click' } });
  const model = dssm(small, options);
  expect(model.outputs).toEqual(['logit', 'user_vector', 'item_vector']); // ids of items come in training only
  const namesOf = (outputs: readonly string[]): { inputs: string[]; outputs: string[] } => {
    const { inputs, outputs: results } = toOnnxModel(model, { inputs: 'ids', outputs });
    return { inputs: inputs.map(({ name }) => name).sort(), outputs: results.map(({ name }) => name) };
  };
  expect(namesOf(['user_vector'])).toEqual({ inputs: ['age', 'age:missing', 'user'], outputs: ['user_vector'] });
  expect(namesOf(['item_vector'])).toEqual({ inputs: ['item', 'price', 'price:missing'], outputs: ['item_vector'] });
  model.dispose();
});

test('sides without a field, and other targets, are refused with what to give', () => {
  const message = 'dssm: expected fields of the item and fields of the user';
  expect(() => dssm(schema)).toThrow(`${message}, got []; name the item's: itemFields: ['item', ...]`);
  expect(() => dssm(schema, { itemFields: ['itme'] })).toThrow('dssm: expected itemFields among user, item');
  const prices = fittedSchema({ fields, targets: [{ name: 'amount', kind: 'number' }] });
  expect(() => dssm(prices, { itemFields })).toThrow('dssm: expected a binary main target, got "number"');
});
