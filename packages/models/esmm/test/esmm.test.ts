import { exactMLP, fittedSchema } from '@ctrflow/testkit';
import { logitsOf, modelContract, randomizeWeights } from '@ctrflow/model-contract';
import type { ModelOracle } from '@ctrflow/model-contract';
import type { TargetSpec } from '@ctrflow/features';
import { fill, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { esmm } from '../src/index';
import type { ESMMOptions } from '../src/index';

const targets: readonly TargetSpec[] = [
  { name: 'click', kind: 'binary' },
  { name: 'purchase', kind: 'binary' },
];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Equation 1 of the paper, as probabilities. */
const oracle: ModelOracle<ESMMOptions, Readonly<Record<string, number>>> = (row, { hiddenUnits, activation }) => {
  const x = row.embeddings().flat();
  const [click, conversion] = ['click', 'conversion'].map(
    (name) =>
      exactMLP(x, row.weights, { path: `tower/${name}`, numHidden: hiddenUnits.length, activation: activation === 'tanh' ? 'tanh' : 'relu' })[0], // prettier-ignore
  );
  const both = sigmoid(click) * sigmoid(conversion);
  return { conversion, click, purchase: Math.log(both / (1 - both)) };
};

const badOptions = {
  hiddenUnits: [[0], [8, 2.5], 8, 'x'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
};

modelContract(esmm, {
  options: { embeddingDim: 3, hiddenUnits: [6, 4] },
  trainingOptions: { embeddingDim: 3, hiddenUnits: [6, 4], dropout: 0.3, batchNorm: true },
  targets,
  badOptions,
  oracle,
  roundings: 256,
});

describe('smooth, with towers of one layer', () => {
  modelContract(esmm, { options: { embeddingDim: 2, hiddenUnits: [], activation: 'tanh' }, targets, badOptions, oracle, roundings: 256 }); // prettier-ignore
});

const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }], targets });

// Planted bugs: a product of probabilities that is 1 or 0 in float32, and its logit infinite.
test('the logit of both is finite and right, however sure the towers are', () => {
  const model = esmm(schema, { embeddingDim: 1, hiddenUnits: [] });
  randomizeWeights(model);
  const batch = { numRows: 1, ids: { user: Int32Array.of(2) }, values: {}, lists: {} };
  const bias = (path: string, value: number): void => {
    const { variable } = model.weights.find((weight) => weight.path === path)!;
    tidy(() => {
      variable.assign(fill(variable.shape, value));
    });
  };
  for (const path of ['tower/click/output/kernel', 'tower/conversion/output/kernel']) bias(path, 0);
  for (const [a, b] of [
    [200, 300],
    [-200, 300],
    [-90, -90],
    [40, 40],
    [0, 1000],
  ]) {
    // prettier-ignore
    bias('tower/click/output/bias', a);
    bias('tower/conversion/output/bias', b);
    const [, , purchase] = logitsOf(model, batch);
    const wanted = Math.min(a, b, a + b) - Math.log([a, b, a + b].reduce((sum, z) => sum + Math.exp(Math.min(a, b, a + b) - z), 0)); // prettier-ignore
    expect(Math.abs(purchase - wanted)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(wanted)));
    expect(Number.isFinite(purchase)).toBe(true);
  }
  model.dispose();
});

test('other targets than two binary ones are refused with what to declare', () => {
  const fields = [{ name: 'user', kind: 'categorical' }] as const;
  expect(() => esmm(fittedSchema({ fields, label: { column: 'click' } }))).toThrow(
    'esmm: expected two binary targets, the click and the purchase, got "label (binary)"; declare targets',
  );
  const price = { name: 'price', kind: 'number' } as const;
  expect(() => esmm(fittedSchema({ fields, targets: [targets[0], price] }))).toThrow(
    'got "click (binary), price (number)"',
  );
});
