import { exactMLP, fittedSchema, randomColumns, ROUNDOFF } from '@ctrflow/testkit';
import {
  frappeSchema,
  logitsOf,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
} from '@ctrflow/model-contract';
import { tensor1d, tidy, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { maskNet } from '../src/index';
import type { MaskNetOptions } from '../src/index';
import { oracle } from './oracle';

const badOptions = {
  structure: ['mixt', 1, null],
  blockUnits: [[], [0], 8, [2.5]],
  hiddenUnits: [[0], 'x', 8],
  reductionRatio: [0, -1, NaN, '2'],
  embeddingNorm: ['yes', 1],
  blockNorm: ['no'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
};

modelContract(maskNet, {
  options: { embeddingDim: 4, blockUnits: [6, 5], hiddenUnits: [7] },
  trainingOptions: { embeddingDim: 4, blockUnits: [6, 5], hiddenUnits: [7], dropout: 0.3 },
  badOptions,
  oracle,
});

describe('serial, smooth, without hidden layers', () => {
  const options: MaskNetOptions = { structure: 'serial', blockUnits: [6, 5], hiddenUnits: [], activation: 'tanh', reductionRatio: 0.5 }; // prettier-ignore
  modelContract(maskNet, { options: { embeddingDim: 4, ...options }, badOptions, oracle });
});

describe('mixed: two blocks side by side, one on top of them', () => {
  const options: MaskNetOptions = { structure: 'mixed', blockUnits: [5, 3, 4], hiddenUnits: [], reductionRatio: 1 };
  modelContract(maskNet, { options: { embeddingDim: 4, ...options }, badOptions, oracle });
});

test('the mixed structure needs two blocks', () => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] });
  expect(() => maskNet(schema, { structure: 'mixed', blockUnits: [8] })).toThrow(
    'masknet: expected two blocks or more for blockUnits of the mixed structure, got [8]',
  );
});

// With one block below, one on top of it is the serial structure: the same weights, the same numbers.
test('mixed with two blocks is serial with two blocks', () => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }, { name: 'age', kind: 'numeric' }] }); // prettier-ignore
  const batch = schema.encode(randomColumns(schema.spec, 7, 4));
  const [mixed, serial] = (['mixed', 'serial'] as const).map((structure) => {
    const model = maskNet(schema, { structure, embeddingDim: 4, blockUnits: [6, 5], hiddenUnits: [3] });
    randomizeWeights(model);
    const logits = logitsOf(model, batch);
    model.dispose();
    return logits;
  });
  expect(mixed).toEqual(serial);
});

describe('without normalization', () => {
  const options: MaskNetOptions = { blockUnits: [5], hiddenUnits: [4], embeddingNorm: false, blockNorm: false };
  modelContract(maskNet, { options: { embeddingDim: 3, ...options }, badOptions, oracle });
});

// BARS: MaskNet_parallel on Frappe, 3 blocks of 50, ratio 2, embeddings not normalized: 571,691 parameters with 5,389 rows.
test.each([
  ['fuxictr-1', 571_691],
  ['ctrflow', 571_691 + 10 * 10],
] as const)('parameters at Frappe size by the convention of %s', (convention, count) => {
  const options = { embeddingDim: 10, blockUnits: [50, 50, 50], hiddenUnits: [400, 400, 400], embeddingNorm: false };
  const model = maskNet(frappeSchema(convention), options);
  expect(model.numParameters).toBe(count);
  model.dispose();
});

// Counted by hand from the reference's layers: the embeddings' norms are 10 x 2 x 10, a block [K, rK] + rK + [rK, K] + K + [K, H] + 2 H.
test('parameters of the serial structure at Frappe size', () => {
  const options = { structure: 'serial', embeddingDim: 10, blockUnits: [400, 300], hiddenUnits: [], reductionRatio: 1 } as const; // prettier-ignore
  const model = maskNet(frappeSchema('ctrflow'), options);
  const block = (K: number, H: number): number => 100 * K + K + (K * K + K) + K * H + 2 * H;
  expect(model.numParameters).toBe(5_399 * 10 + 200 + block(100, 400) + block(400, 300) + 301);
  model.dispose();
});

// Planted bugs that this fails for: an activation on the mask, a bias in the block, an addition instead of a product.
test('with a mask that is 1 everywhere and without normalization, the serial model is an MLP without biases', () => {
  const schema = fittedSchema({
    fields: [
      { name: 'user', kind: 'categorical' },
      { name: 'item', kind: 'categorical' },
      { name: 'age', kind: 'numeric' },
    ],
  });
  const options = { structure: 'serial', embeddingDim: 4, blockUnits: [6, 5], hiddenUnits: [], embeddingNorm: false, blockNorm: false } as const; // prettier-ignore
  const model = maskNet(schema, options);
  randomizeWeights(model);
  tidy(() => {
    for (const { path, variable } of model.weights) {
      if (path.endsWith('mask_2/kernel')) variable.assign(zerosLike(variable));
      if (path.endsWith('mask_2/bias')) variable.assign(tensor1d(new Float32Array(variable.size).fill(1)));
      if (path.endsWith('output/bias')) variable.assign(zeros(variable.shape));
    }
  });
  const batch = schema.encode(randomColumns(schema.spec, 11, 4));
  const weights = oracleWeights(model);
  const mlp = {
    'mlp/dense_1/kernel': weights['block_1/dense/kernel'],
    'mlp/dense_2/kernel': weights['block_2/dense/kernel'],
    'mlp/output/kernel': weights['deep/output/kernel'],
  };
  const rows = oracleRows(schema, batch, weights, { dim: 4 });
  logitsOf(model, batch).forEach((logit, b) => {
    const [exact] = exactMLP(rows[b].embeddings().flat(), mlp, { path: 'mlp', numHidden: 2 });
    expect(Math.abs(logit - exact)).toBeLessThanOrEqual(64 * ROUNDOFF * 12 * 6 * 5 * 0.25);
  });
  model.dispose();
});
