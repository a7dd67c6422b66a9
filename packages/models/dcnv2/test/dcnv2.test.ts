import { exactMLP, fittedSchema, randomColumns, ROUNDOFF } from '@ctrflow/testkit';
import {
  frappeSchema,
  logitsOf,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
} from '@ctrflow/model-contract';
import { tidy, zerosLike } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { dcnv2 } from '../src/index';
import type { DCNv2Options } from '../src/index';
import { oracle } from './oracle';

const badOptions = {
  structure: ['both', 1, null],
  cross: ['vector', 2],
  numCrossLayers: [0, 1.5, '3'],
  numExperts: [0, -1, '4'],
  rank: [0, 2.5, 'full'],
  hiddenUnits: [[], [0], 8],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0'],
  batchNorm: ['yes', 1],
};
const small = { embeddingDim: 2, numCrossLayers: 2, hiddenUnits: [5, 4] } as const;

modelContract(dcnv2, {
  options: small,
  trainingOptions: { ...small, dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
});

describe('stacked, a mixture of low-rank experts', () => {
  const options: DCNv2Options = { structure: 'stacked', cross: 'mixture', numExperts: 3, rank: 2, activation: 'tanh' }; // prettier-ignore
  // Without hidden layers a stacked network is the cross network alone: [] is no bad option here.
  modelContract(dcnv2, {
    options: { ...small, ...options, hiddenUnits: [5] },
    badOptions: { ...badOptions, hiddenUnits: [[0], 8] },
    oracle,
  });
});

test('a deep network beside the cross network has a layer', () => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] });
  expect(() => dcnv2(schema, { hiddenUnits: [] })).toThrow(
    'dcnv2: expected one hidden layer or more for hiddenUnits of the parallel structure, got []; structure "stacked" without hidden layers is the cross network alone',
  );
});

// BARS's logs of FuxiCTR 1.x: DCNv2 with 4 layers 458,391, CrossNetv2 with 4 layers 94,391; 2.x adds a second reserved row in each of the 10 fields.
test.each([
  ['fuxictr-1', 0],
  ['ctrflow', 10 * 10],
] as const)('parameters at Frappe size by the convention of %s', (convention, more) => {
  const counted = (options: DCNv2Options): number => {
    const model = dcnv2(frappeSchema(convention), { embeddingDim: 10, numCrossLayers: 4, ...options });
    const { numParameters } = model;
    model.dispose();
    return numParameters;
  };
  expect(counted({ batchNorm: true, dropout: 0.2 })).toBe(458_391 + more);
  expect(counted({ structure: 'stacked', hiddenUnits: [] })).toBe(94_391 + more);
});

// By hand, with 100 numbers a row: 4 layers of 4 experts of V [100, 32], C [32, 32], U [32, 100] and a bias, one gate [100, 4].
test('parameters of the mixture at Frappe size', () => {
  const options = { embeddingDim: 10, structure: 'stacked', cross: 'mixture', numCrossLayers: 4, hiddenUnits: [] } as const; // prettier-ignore
  const model = dcnv2(frappeSchema('ctrflow'), options);
  expect(model.numParameters).toBe(5_399 * 10 + 4 * (4 * (2 * 100 * 32 + 32 * 32) + 100) + 400 + 101);
  model.dispose();
});

// Planted bugs that this fails for: x_0 in place of x_l as the residual of the second layer, a gate that does not sum to 1.
test.each(['matrix', 'mixture'] as const)(
  'cross layers of zeros (%s) give the network over the embeddings',
  (cross) => {
    const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }, { name: 'age', kind: 'numeric' }] }); // prettier-ignore
    const model = dcnv2(schema, { ...small, structure: 'stacked', cross });
    randomizeWeights(model);
    tidy(() => {
      for (const { path, variable } of model.weights)
        if (path.startsWith('cross/')) variable.assign(zerosLike(variable));
    });
    const batch = schema.encode(randomColumns(schema.spec, 11, 4));
    const weights = oracleWeights(model);
    const rows = oracleRows(schema, batch, weights, { dim: small.embeddingDim });
    logitsOf(model, batch).forEach((logit, b) => {
      const [exact] = exactMLP(rows[b].embeddings().flat(), weights, { path: 'deep', numHidden: 2 });
      expect(Math.abs(logit - exact)).toBeLessThanOrEqual(64 * ROUNDOFF * 6 * 5 * 4 * 0.25);
    });
    model.dispose();
  },
);
