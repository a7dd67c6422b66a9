import { exactMLP, exactPairs, fittedSchema } from '@ctrflow/testkit';
import { frappeSchema, modelContract } from '@ctrflow/model-contract';
import type { ModelOracle } from '@ctrflow/model-contract';
import { describe, expect, test } from 'vitest';
import { deepFM } from '../src/index';
import type { DeepFMOptions } from '../src/index';

/** Equations 1 to 4 of the paper. */
const oracle: ModelOracle<DeepFMOptions> = (row, { hiddenUnits, activation }) => {
  const embeddings = row.embeddings();
  const [deep] = exactMLP(embeddings.flat(), row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation });
  return row.linear() + exactPairs(embeddings) + deep;
};

const badOptions = {
  hiddenUnits: [[], [0], [8, 2.5], 8, 'x'],
  dropout: [-0.1, 1, NaN, '0.1'],
  batchNorm: ['yes', 1],
  activation: ['rely', 3],
  linearBias: ['no'],
};

modelContract(deepFM, {
  options: { embeddingDim: 4, hiddenUnits: [8, 5] },
  trainingOptions: { embeddingDim: 4, hiddenUnits: [8, 5], dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
});

describe('with smooth activation, one layer and batch normalization', () => {
  const options = {
    embeddingDim: 3,
    hiddenUnits: [6],
    activation: 'tanh',
    batchNorm: true,
    linearBias: false,
  } as const;
  modelContract(deepFM, { options, badOptions, oracle });
});

test('weights are named by their path', () => {
  const schema = fittedSchema({
    fields: [
      { name: 'user', kind: 'categorical' },
      { name: 'age', kind: 'numeric' },
    ],
  });
  const model = deepFM(schema, { embeddingDim: 4, hiddenUnits: [8], batchNorm: true, dropout: 0.1 });
  expect(model.weights.map(({ path }) => path)).toEqual([
    'embedding/numeric',
    'linear/numeric',
    'linear/bias',
    'deep/dense_1/kernel',
    'deep/dense_1/bias',
    'deep/batch_norm_1/gamma',
    'deep/batch_norm_1/beta',
    'deep/batch_norm_1/moving_mean',
    'deep/batch_norm_1/moving_variance',
    'deep/output/kernel',
    'deep/output/bias',
  ]);
});

// BARS's log of FuxiCTR 1.x says 423,280; 2.x adds the bias and a second reserved row in each of the 10 fields.
test.each([
  ['fuxictr-1', false, 423_280],
  ['fuxictr-2', true, 423_281 + 10 * 11],
  ['ctrflow', true, 423_281 + 10 * 11],
] as const)('parameters at Frappe size by the convention of %s', (convention, linearBias, count) => {
  const model = deepFM(frappeSchema(convention), { embeddingDim: 10, batchNorm: true, dropout: 0.2, linearBias });
  expect(model.numParameters).toBe(count);
  model.dispose();
});

test('bad options are refused with what to do', () => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] });
  expect(() => deepFM(schema, { hiddenUnits: [] })).toThrow(
    'deepfm: expected one hidden layer or more for hiddenUnits, got []',
  );
  expect(() => deepFM(schema, { hidenUnits: [3] } as never)).toThrow('did you mean "hiddenUnits"?');
  expect(() => deepFM(schema, { batchNorm: 'yes' } as never)).toThrow(
    'deepfm: expected true or false for batchNorm, got "yes"',
  );
});
