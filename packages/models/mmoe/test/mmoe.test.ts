import { exactDense, exactMLP, exactSoftmax, fittedSchema } from '@ctrflow/testkit';
import { applyWithStep, feedTensors, modelContract, randomizeWeights } from '@ctrflow/model-contract';
import type { ModelOracle } from '@ctrflow/model-contract';
import type { TargetSpec } from '@ctrflow/features';
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { mmoe } from '../src/index';
import type { MMoEOptions } from '../src/index';

const targets: readonly TargetSpec[] = [
  { name: 'click', kind: 'binary' },
  { name: 'purchase', kind: 'binary' },
];

/** Equations 5 to 7 of the paper. */
const oracle: ModelOracle<MMoEOptions, Readonly<Record<string, number>>> = (
  row,
  { numExperts, expertUnits, towerUnits, activation },
) => {
  const x = row.embeddings().flat();
  const smooth = activation === 'tanh' ? 'tanh' : 'relu';
  const experts = Array.from({ length: numExperts }, (_, e) =>
    exactMLP(x, row.weights, { path: `expert_${e + 1}`, numHidden: expertUnits.length, activation: smooth }),
  );
  const output = (name: string): number => {
    const shares = exactSoftmax(exactDense(x, row.weights[`gate/${name}/kernel`]));
    const mixed = experts[0].map((_, h) => experts.reduce((sum, expert, e) => sum + shares[e] * expert[h], 0));
    return exactMLP(mixed, row.weights, { path: `tower/${name}`, numHidden: towerUnits.length, activation: smooth })[0];
  };
  return { click: output('click'), purchase: output('purchase') };
};

const badOptions = {
  numExperts: [0, 1.5, '4'],
  expertUnits: [[], [0], 8],
  towerUnits: [[0], [2.5], 'x'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
};

modelContract(mmoe, {
  options: { embeddingDim: 3, numExperts: 3, expertUnits: [6, 4], towerUnits: [5] },
  trainingOptions: { embeddingDim: 3, numExperts: 2, expertUnits: [6, 4], towerUnits: [5], dropout: 0.3, batchNorm: true }, // prettier-ignore
  targets,
  badOptions,
  oracle,
  roundings: 256,
});

describe('smooth, with one expert and without a tower', () => {
  modelContract(mmoe, {
    options: { embeddingDim: 2, numExperts: 1, expertUnits: [4], towerUnits: [], activation: 'tanh' },
    targets,
    badOptions,
    oracle,
    withoutGradient: ['gate/click/kernel', 'gate/purchase/kernel'], // the only expert has all of every mixture
  });
});

test('an output for each target, as wide as its classes, and weights named by targets', () => {
  const schema = fittedSchema({
    fields: [{ name: 'user', kind: 'categorical' }],
    targets: [
      { name: 'click', kind: 'binary' },
      { name: 'basket', kind: 'class', classes: ['none', 'small', 'large'] },
    ],
  });
  const model = mmoe(schema, { embeddingDim: 4, numExperts: 2, expertUnits: [3], towerUnits: [] });
  randomizeWeights(model);
  const outputs = tidy(() => {
    const found = applyWithStep(false, () => model.forward(feedTensors(model, { numRows: 5, ids: { user: Int32Array.of(1, 2, 3, 2, 1) }, values: {}, lists: {} }))); // prettier-ignore
    return Object.fromEntries(Object.entries(found).map(([name, { shape }]) => [name, shape]));
  });
  expect(outputs).toEqual({ click: [5, 1], basket: [5, 3] });
  expect(model.weights.map(({ path }) => path)).toEqual([
    'expert_1/dense_1/kernel',
    'expert_1/dense_1/bias',
    'expert_2/dense_1/kernel',
    'expert_2/dense_1/bias',
    'gate/click/kernel',
    'tower/click/output/kernel',
    'tower/click/output/bias',
    'gate/basket/kernel',
    'tower/basket/output/kernel',
    'tower/basket/output/bias',
  ]);
  model.dispose();
});

test('a schema without targets is refused with what to declare', () => {
  expect(() => mmoe(fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] }))).toThrow(
    'mmoe: expected a schema with one target or more, got "none"; declare targets',
  );
});
