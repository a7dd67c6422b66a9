import { exactMLP } from '@ctrflow/testkit';
import { frappeSchema, modelContract } from '@ctrflow/model-contract';
import { describe, expect, test } from 'vitest';
import { dnn } from '../src/index';
import type { ModelOracle } from '@ctrflow/model-contract';
import type { DNNOptions } from '../src/index';

const oracle: ModelOracle<DNNOptions> = (row, { hiddenUnits, activation }) => {
  const plain = activation === 'relu' ? 'relu' : 'linear'; // the others here are known by their weights
  return exactMLP(row.embeddings().flat(), row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation: plain })[0]; // prettier-ignore
};
const badOptions = {
  hiddenUnits: [[0], [2.5], 8],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0'],
  batchNorm: ['yes', 1],
};

modelContract(dnn, {
  options: { embeddingDim: 4, hiddenUnits: [8, 5] },
  trainingOptions: { embeddingDim: 4, hiddenUnits: [8, 5], dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
});

describe('with Dice', () => {
  modelContract(dnn, { options: { embeddingDim: 3, hiddenUnits: [6], activation: 'dice' }, badOptions, oracle });
});

// BARS's log of FuxiCTR 1.x says 417,891; 2.x adds a second reserved row in each of the 10 fields.
test.each([
  ['fuxictr-1', 417_891],
  ['ctrflow', 417_891 + 10 * 10],
] as const)('parameters at Frappe size by the convention of %s', (convention, count) => {
  const model = dnn(frappeSchema(convention), { embeddingDim: 10, batchNorm: true, dropout: 0.2 });
  expect(model.numParameters).toBe(count);
  model.dispose();
});
