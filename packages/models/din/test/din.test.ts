import { randomKey } from '@ctrflow/core';
import type { FeatureSchema } from '@ctrflow/features';
import {
  clickFields,
  clickHistories,
  logitsOf,
  lossAndGradients,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
  slotsBesideClicks,
  trainStep,
  withLists,
  withListsReversed,
  withoutLists,
} from '@ctrflow/model-contract';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { ROUNDOFF, exactMLP, fittedSchema, randomColumns } from '@ctrflow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { din } from '../src/index';
import type { DINOptions } from '../src/index';
import { dinOracle } from './oracle';

const fields = clickFields;
const oracle = dinOracle(slotsBesideClicks, clickHistories);

const badOptions = {
  hiddenUnits: [[0], 8, 'x'],
  activation: ['dise', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
  attentionUnits: [[], [0], 36],
  attentionActivation: ['rely', null],
  attentionSoftmax: ['no', 0],
  diceStatistics: ['all', true],
};
const small: DINOptions & { embeddingDim: number } = { embeddingDim: 4, hiddenUnits: [8, 5], attentionUnits: [6, 4] };

modelContract(din, {
  fields,
  options: small,
  trainingOptions: { ...small, dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
});

describe('with softmax, PReLU and statistics over padding', () => {
  const changed = { attentionSoftmax: true, activation: 'prelu', attentionActivation: 'prelu', attentionUnits: [5] } as const; // prettier-ignore
  modelContract(din, { fields, options: { ...small, ...changed, diceStatistics: 'padded' }, badOptions, oracle });
});

const schema = fittedSchema({ fields: [...fields, { name: 'age', kind: 'numeric', missingIndicator: false }], label: { column: 'click' } }); // prettier-ignore

function randomModel(options: DINOptions, of: FeatureSchema = schema): CtrModel {
  const model = din(of, { ...small, ...options });
  randomizeWeights(model);
  return model;
}

const expectClose = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++)
    expect(Math.abs(a[i] - b[i])).toBeLessThanOrEqual(128 * ROUNDOFF * Math.max(1, Math.abs(a[i])));
};

// Planted bug that this fails for: a weight that depends on the place of an event.
test.each([true, false])('the order of a history does not matter, with softmax: %s', (attentionSoftmax) => {
  const model = randomModel({ attentionSoftmax });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), (seed) => {
      const batch = schema.encode(randomColumns(schema.spec, 6, seed));
      expectClose(logitsOf(model, withListsReversed(batch)), logitsOf(model, batch));
    }),
    { numRuns: 10, seed: 1 },
  );
  model.dispose();
});

// Planted bugs that these fail for: a softmax over padding; the query among the events; a mean instead of a sum.
test('with softmax, a history of one event is that event, and the network sees it as it is', () => {
  const model = randomModel({ attentionSoftmax: true });
  const drawn = schema.encode(randomColumns(schema.spec, 12, 3));
  const one = withLists(drawn, ({ ids }) => ({ ids: ids.slice(0, 12), offsets: Int32Array.from({ length: 13 }, (_, b) => b) })); // prettier-ignore
  const rows = oracleRows(schema, one, oracleWeights(model), { dim: 4 });
  logitsOf(model, one).forEach((logit, b) => {
    const { embeddings, list, weights } = rows[b];
    const event = ['items', 'categories', 'behaviours'].flatMap((name) => list(name)[0]);
    const input = [...embeddings({ slots: ['item', 'category', 'age'] }).flat(), ...event];
    const [exact] = exactMLP(input, weights, { path: 'deep', numHidden: 2 });
    expect(Math.abs(logit - exact)).toBeLessThanOrEqual(128 * ROUNDOFF * Math.max(1, Math.abs(exact)));
  });
  model.dispose();
});

test.each([true, false])(
  'a row without a history is scored as if its interest were zero, with softmax: %s',
  (attentionSoftmax) => {
    // prettier-ignore
    const model = randomModel({ attentionSoftmax });
    const drawn = schema.encode(randomColumns(schema.spec, 8, 4));
    const empty = withoutLists(drawn);
    const rows = oracleRows(schema, empty, oracleWeights(model), { dim: 4 });
    logitsOf(model, empty).forEach((logit, b) => {
      const input = [
        ...rows[b].embeddings({ slots: ['item', 'category', 'age'] }).flat(),
        ...Array<number>(12).fill(0),
      ];
      const [exact] = exactMLP(input, rows[b].weights, { path: 'deep', numHidden: 2 });
      expect(Math.abs(logit - exact)).toBeLessThanOrEqual(128 * ROUNDOFF * Math.max(1, Math.abs(exact)));
    });
    const before = modelWeights(model)['attention_1/dice_1/moving_mean'].data.slice();
    expect(Number.isFinite(trainStep(model, { ...empty, targets: drawn.targets! }, 0.1))).toBe(true);
    expect(modelWeights(model)['attention_1/dice_1/moving_mean'].data).toEqual(before);
    model.dispose();
  },
);

// Planted bugs that this fails for: one target for both histories, the first fields of the schema as targets.
test('each history is compared with its own target', () => {
  const model = randomModel({}, fittedSchema({ fields: [{ name: 'first', kind: 'categorical' }, ...fields] }));
  // The network gets 3 fields of 4 numbers and the interest; what it reads of the fields is set to 0, so that a field matters as a target only.
  const path = 'deep/dense_1/kernel';
  const { shape, data } = modelWeights(model)[path];
  expect(shape).toEqual([3 * 4 + 3 * 4, 8]);
  setModelWeights(model, {
    ...modelWeights(model),
    [path]: { shape, data: data.map((w, i) => (i < 3 * 4 * 8 ? 0 : w)) },
  });
  const batch = model.schema.encode(randomColumns(model.schema.spec, 8, 4));
  const isTarget = (field: string): boolean => {
    const ids = batch.ids[field].map((id) => (id === 2 ? 3 : 2));
    const changed = logitsOf(model, { ...batch, ids: { ...batch.ids, [field]: ids } });
    return changed.some((logit, row) => logit !== logitsOf(model, batch)[row]);
  };
  expect(['first', 'item', 'category'].map(isTarget)).toEqual([false, true, true]);
  model.dispose();
});

test('statistics over padding are another model in training, and the same in prediction', () => {
  const batch = schema.encode(randomColumns(schema.spec, 20, 4));
  const [real, padded] = (['real', 'padded'] as const).map((diceStatistics) => randomModel({ diceStatistics }));
  expect(logitsOf(padded, batch)).toEqual(logitsOf(real, batch));
  expect(logitsOf(padded, batch, true)).not.toEqual(logitsOf(real, batch, true));
  real.dispose();
  padded.dispose();
});

// By hand from the reference's layers: the unit [4 Q, 64], Dice's 64, an output; the network over item, category and interest.
test('parameters are those of the reference', () => {
  const of = fittedSchema({ fields: fields.slice(0, 4) });
  const model = din(of, { embeddingDim: 10, attentionUnits: [64], hiddenUnits: [512, 128, 64], activation: 'relu' });
  const unit = 4 * 20 * 64 + 64 + 64 + (64 + 1);
  const network = 40 * 512 + 512 + (512 * 128 + 128) + (128 * 64 + 64) + (64 + 1);
  // Six values and two reserved rows in both tables.
  expect(model.numParameters).toBe(2 * 8 * 10 + unit + network);
  model.dispose();
});

test('a schema without a history is refused', () => {
  const without = fittedSchema({ fields: [{ name: 'item', kind: 'categorical' }] });
  expect(() => din(without)).toThrow('din: expected a sequence that shares the table of the field it is compared with');
});

// Planted bugs that this fails for: statistics of Dice over the places left over, gradients of padding, events put back at other places.
test.each([{ attentionSoftmax: false }, { attentionSoftmax: true, attentionActivation: 'prelu' } as const])(
  'a step of training computes events only, and the same as over padded histories: %o',
  (options) => {
    for (const numRows of [1, 9]) {
      const [packs, pads] = [randomModel(options), randomModel(options)];
      const batch = { ...schema.encode(randomColumns(schema.spec, numRows, 5)), label: Float32Array.from({ length: numRows }, (_, row) => row % 2) }; // prettier-ignore
      const packed = lossAndGradients(packs, batch, true, randomKey(1));
      const padded = lossAndGradients(pads, batch, true);
      expect(packed.loss).toBeCloseTo(padded.loss, 5);
      for (const [path, wanted] of Object.entries(padded.gradients)) {
        const scale = Math.max(1e-6, ...wanted.map(Math.abs));
        packed.gradients[path].forEach((gradient, i) => {
          expect(Math.abs(gradient - wanted[i]) / scale).toBeLessThan(1e-4);
        });
      }
      // Moving statistics of Dice too.
      const after = modelWeights(packs);
      for (const [path, { data }] of Object.entries(modelWeights(pads)))
        (data as Float32Array).forEach((value, i) => {
          expect(after[path].data[i]).toBeCloseTo(value, 5);
        });
      for (const model of [packs, pads]) model.dispose();
    }
  },
);
