import {
  clickFields,
  clickHistories,
  logitsOf,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
  slotsBesideClicks,
  withListsReversed,
  withoutLists,
} from '@ctrflow/model-contract';
import type { CtrModel } from '@ctrflow/model-kit';
import { ROUNDOFF, exactLayerNorm, exactMLP, fittedSchema, randomColumns } from '@ctrflow/testkit';
import { tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bst } from '../src/index';
import type { BSTOptions } from '../src/index';
import { bstOracle } from './oracle';

const fields = clickFields;
/** Of `clickFields`, and of the contract's own history. */
const maxLengths = [6, 3];
const oracle = bstOracle(slotsBesideClicks, clickHistories, maxLengths);

const badOptions = {
  hiddenUnits: [[0], 8, 'x'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
  numBlocks: [0, 1.5, '1'],
  numHeads: [0, 3, 0.5],
  attentionDropout: [-0.1, 1, null],
  positions: ['no', 0],
  pooling: ['max', true],
};
const small: BSTOptions & { embeddingDim: number } = { embeddingDim: 4, hiddenUnits: [8, 5] };
// Two norms after each other, each over vectors that may be nearly constant, magnify roundings.
const roundings = 128;

modelContract(bst, {
  fields,
  options: { ...small, activation: 'relu' },
  trainingOptions: { ...small, dropout: 0.3, attentionDropout: 0.2, batchNorm: true },
  badOptions,
  oracle,
  roundings,
});

describe('with two blocks of four heads, the output at the target', () => {
  const options = { ...small, hiddenUnits: [8], numBlocks: 2, numHeads: 4, pooling: 'target' } as const;
  modelContract(bst, {
    fields,
    options,
    trainingOptions: { ...options, positions: false, dropout: 0.3 },
    badOptions,
    oracle,
    roundings,
  });
});

describe('all outputs side by side', () => {
  const options = { ...small, hiddenUnits: [6], pooling: 'concat' } as const;
  modelContract(bst, { fields, options, badOptions, oracle, roundings });
});

const schema = fittedSchema({ fields, label: { column: 'click' } });

function randomModel(options: BSTOptions): CtrModel {
  const model = bst(schema, { ...small, ...options });
  randomizeWeights(model);
  return model;
}

// Planted bugs that these fail for: positions that are the same for all events; positions although there are none.
test('the order of a history counts with positions, and does not without', () => {
  const batch = schema.encode(randomColumns(schema.spec, 30, 2));
  const difference = (model: CtrModel): number => {
    const [a, b] = [logitsOf(model, batch), logitsOf(model, withListsReversed(batch))];
    model.dispose();
    return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  };
  expect(difference(randomModel({ positions: false }))).toBeLessThan(1024 * ROUNDOFF);
  expect(difference(randomModel({ positions: true }))).toBeGreaterThan(1e-3);
});

// Planted bug that this fails for: positions counted from the oldest event, so that the latest one stands elsewhere in a longer history.
test('the latest event has the position 1, however long the history is', () => {
  const one = randomModel({ pooling: 'target' });
  const position = one.weights.find(({ path }) => path === 'positions_1/table')!.variable;
  const values = position.dataSync().slice();
  tidy(() => {
    position.assign(
      tensor(
        values.map((value, i) => (i >= 8 ? value + 1 : value)),
        position.shape,
      ),
    ); // all but target and latest event
  });
  const batch = schema.encode(randomColumns(schema.spec, 12, 3));
  const single = { ...batch, lists: Object.fromEntries(Object.entries(batch.lists).map(([name, { ids }]) => [name, { ids: ids.slice(0, 12), offsets: Int32Array.from({ length: 13 }, (_, b) => b) }])) }; // prettier-ignore
  const moved = logitsOf(one, single);
  const other = randomModel({ pooling: 'target' });
  expect(logitsOf(other, single)).toEqual(moved);
  expect(logitsOf(other, batch)).not.toEqual(logitsOf(one, batch));
  one.dispose();
  other.dispose();
});

// With nothing attended to and nothing fed forward a block normalizes its input twice: what is left is the mean over events and target.
test('with zero outputs of attention and feed-forward network it pools normalized vectors', () => {
  const model = randomModel({ positions: false, pooling: 'mean' });
  tidy(() => {
    for (const { path, variable } of model.weights)
      if (/block_1_1\/(attention\/output|dense_2)/.test(path)) variable.assign(zerosLike(variable));
  });
  const batch = schema.encode(randomColumns(schema.spec, 9, 4));
  const weights = oracleWeights(model);
  const norm = (x: number[], l: number): number[] =>
    exactLayerNorm(x, weights[`block_1_1/layer_norm_${l}/gamma`], weights[`block_1_1/layer_norm_${l}/beta`]);
  const rows = oracleRows(schema, batch, weights, { dim: 4 });
  logitsOf(model, batch).forEach((logit, b) => {
    const { embeddings, list } = rows[b];
    const fieldsBeside = embeddings({ slots: ['item', 'category'] });
    const events = list('items').map((_, t) => ['items', 'categories', 'behaviours'].flatMap((name) => list(name)[t]));
    const vectors = [...events, [...fieldsBeside.flat(), 0, 0, 0, 0]].map((x) => norm(norm(x, 1), 2));
    const mean = vectors[0].map((_, d) => vectors.reduce((sum, x) => sum + x[d], 0) / vectors.length);
    const [exact] = exactMLP([...fieldsBeside.flat(), ...mean], weights, { path: 'deep', numHidden: 2, activation: 'leaky-relu' }); // prettier-ignore
    expect(Math.abs(logit - exact)).toBeLessThanOrEqual(roundings * ROUNDOFF * Math.max(1, Math.abs(exact)));
  });
  model.dispose();
});

test('a row without a history attends to its target alone', () => {
  const model = randomModel({});
  const empty = withoutLists(schema.encode(randomColumns(schema.spec, 5, 6)));
  const logits = logitsOf(model, empty);
  const exact = oracleRows(schema, empty, oracleWeights(model), { dim: 4 }).map(
    (row) =>
    bstOracle(['item', 'category'], [{ pairs: [['items', 'item'], ['categories', 'category']], sides: ['behaviours'] }], maxLengths)(row, model.options as never), // prettier-ignore
  );
  logits.forEach((logit, b) => {
    expect(Math.abs(logit - exact[b])).toBeLessThanOrEqual(roundings * ROUNDOFF * Math.max(1, Math.abs(exact[b])));
  });
  model.dispose();
});

// By hand: tables of six values and two reserved rows, 21 positions of 10, a block of size M = 30 (four maps, no bias of keys, two norms, two dense layers), the network.
test('parameters are exact', () => {
  const of = fittedSchema({ fields: fields.slice(0, 4).map((field) => (field.kind === 'sequence' ? { ...field, maxLength: 20 } : field)) }); // prettier-ignore
  const model = bst(of, { embeddingDim: 10, hiddenUnits: [256, 128, 64], activation: 'relu' });
  const block = 4 * 30 * 30 + 3 * 30 + 2 * 2 * 30 + 2 * (30 * 30 + 30);
  const network = (20 + 30) * 256 + 256 + (256 * 128 + 128) + (128 * 64 + 64) + (64 + 1);
  expect(model.numParameters).toBe(2 * 8 * 10 + 21 * 10 + block + network);
  model.dispose();
});

test('heads that do not divide a vector are refused with what it consists of', () => {
  expect(() => bst(schema, { embeddingDim: 5, numHeads: 3 })).toThrow(
    'bst: expected a divisor of 20 for numHeads, got 3; a position\'s vector has the columns of "clicks" and the position, 5 numbers each',
  );
});
