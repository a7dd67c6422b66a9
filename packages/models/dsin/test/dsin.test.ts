import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import { logitsOf, modelContract, oracleRows, oracleWeights, randomizeWeights } from '@ctrflow/model-contract';
import { historiesOf } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { ROUNDOFF, fittedSchema, randomColumns } from '@ctrflow/testkit';
import { mul, range, reshape, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { dsin } from '../src/index';
import { hasSessions, inSessions } from '../src/sessions';
import type { DSINOptions } from '../src/index';
import { dsinOracle, exactInterests, sessionsOfRow } from './oracle';
import type { OracleSessions } from './oracle';

const [maxSessions, maxSessionLength] = [3, 2];
const fields: readonly FieldSpec[] = [
  { name: 'item', kind: 'categorical' },
  { name: 'category', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', sessions: { times: 'when', maxSessions, maxSessionLength } }, // prettier-ignore
  { name: 'categories', kind: 'sequence', shareTable: 'category', history: 'clicks' },
  { name: 'behaviours', kind: 'sequence', history: 'clicks' },
];
const clicks: OracleSessions = {
  pairs: [['items', 'item'], ['categories', 'category']], // prettier-ignore
  sides: ['behaviours'],
  sessionLength: maxSessionLength,
};
/** The contract adds fields of every kind; its history without sessions is a list as others. */
const others = ['item', 'category', 'user', 'day', 'user x item', 'age', 'age:missing', 'history', 'price', 'tags'];
const oracle = dsinOracle(others, [clicks]);

const badOptions = {
  biasEncoding: ['yes', 1],
  numHeads: [0, 1.5, 5, '2'],
  feedForwardFactor: [0, 0.5, '4'],
  layerNorm: ['no', 0],
  attentionDropout: [-0.1, 1, null],
  activationUnit: ['mpl', 3],
  attentionUnits: [[], [0], 8],
  attentionActivation: ['rely'],
  hiddenUnits: [[0], 8, 'x'],
  activation: ['rely', 3],
  dropout: [-0.1, 1, '0.1'],
  batchNorm: ['yes', 1],
};
const small = { embeddingDim: 2, hiddenUnits: [6], feedForwardFactor: 2, layerNorm: true } as const;
// Two norms after each other over vectors that may be nearly constant, then a recurrence, magnify roundings.
const roundings = 1024;

modelContract(dsin, {
  fields,
  options: small,
  trainingOptions: { ...small, dropout: 0.3, attentionDropout: 0.2, batchNorm: true },
  badOptions,
  oracle,
  roundings,
});

describe('with units of an MLP, without bias encoding and norms', () => {
  const options: DSINOptions & { embeddingDim: number } = { ...small, biasEncoding: false, layerNorm: false, numHeads: 3, activationUnit: 'mlp', attentionUnits: [4, 3], attentionActivation: 'dice', activation: 'prelu' }; // prettier-ignore
  modelContract(dsin, { fields, options, badOptions: { ...badOptions, numHeads: [0, 4] }, oracle, roundings });
});

const schema = fittedSchema({ fields, label: { column: 'click' } });

function randomModel(options: DSINOptions = {}): CtrModel {
  const model = dsin(schema, { ...small, ...options });
  randomizeWeights(model);
  return model;
}

const names = ['items', 'categories', 'behaviours'];

/** A batch whose rows have these events, `[row][session][t]`: ids of all three columns. */
function batchOf(rows: readonly (readonly (readonly number[])[])[]): EncodedColumns {
  const T = maxSessionLength;
  const placed = rows.map((sessions) =>
    sessions.flatMap((session, k) => {
      const padding = k < sessions.length - 1 ? T - session.length : 0;
      return [...session.map((id) => ({ id, weight: 1 })), ...Array.from({ length: padding }, () => ({ id: 0, weight: 0 }))]; // prettier-ignore
    }),
  );
  const offsets = Int32Array.from([0, ...placed.map((_, b) => placed.slice(0, b + 1).flat().length)]);
  const list = {
    offsets,
    ids: Int32Array.from(placed.flat(), ({ id }) => id),
    weights: Float32Array.from(placed.flat(), ({ weight }) => weight),
  };
  const ids = Int32Array.from(rows, (_, b) => 2 + (b % 3));
  return {
    numRows: rows.length,
    ids: { item: ids, category: ids },
    values: {},
    lists: Object.fromEntries(names.map((name) => [name, list])),
  };
}

/** Largest difference of logits. */
const difference = (one: Float32Array, other: Float32Array): number =>
  Math.max(...one.map((value, i) => Math.abs(value - other[i])));

/** The logits with weights changed in place. */
function logitsWith(model: CtrModel, changed: RegExp, batch: EncodedColumns): Float32Array {
  const found = model.weights.filter(({ path }) => changed.test(path));
  expect(found.length).toBeGreaterThan(0);
  const scale = (factor: number): void => {
    for (const { variable } of found) tidy(() => { variable.assign(mul(variable, factor)); }); // prettier-ignore
  };
  scale(-2);
  const logits = logitsOf(model, batch);
  scale(-0.5);
  return logits;
}

test('sessions of random rows are what the oracle reads: more than one, of different lengths, some empty', () => {
  const batch = schema.encode(randomColumns(schema.spec, 60, 2));
  const model = randomModel();
  const lengths = oracleRows(schema, batch, oracleWeights(model), { dim: 2 }).map((row) => sessionsOfRow(row, clicks).map(({ length }) => length)); // prettier-ignore
  for (const wanted of [[], [1], [2], [1, 1], [2, 1], [1, 2]]) expect(lengths).toContainEqual(wanted);
  model.dispose();
});

// Planted bug that this fails for: a session's events that stand in its last places, or a session that has the number of another one.
test('events of a session may change places without bias encoding, with it they may not', () => {
  const [one, other] = [batchOf([[[2, 3], [4]], [[5, 2]]]), batchOf([[[3, 2], [4]], [[2, 5]]])]; // prettier-ignore
  const plain = randomModel({ biasEncoding: false });
  expect(difference(logitsOf(plain, one), logitsOf(plain, other))).toBeLessThan(1024 * ROUNDOFF);
  const encoded = randomModel();
  expect(difference(logitsOf(encoded, one), logitsOf(encoded, other))).toBeGreaterThan(1e-4);
  for (const model of [plain, encoded]) model.dispose();
});

// Planted bugs that these fail for: sessions read as a set, an event that is read in the session before.
test('the order of sessions counts, and which session an event is in', () => {
  const model = randomModel({ biasEncoding: false });
  const logits = logitsOf(model, batchOf([[[2, 3], [4]]])); // prettier-ignore
  for (const sessions of [
    [[4], [2, 3]],
    [[2], [3, 4]],
    [[2, 3, 4].slice(0, 2), [4], [4]],
  ])
    // prettier-ignore
    expect(difference(logitsOf(model, batchOf([sessions])), logits)).toBeGreaterThan(1e-5);
  model.dispose();
});

describe('reductions', () => {
  // Planted bug that this fails for: a softmax over the sessions that there might be.
  test.each(['bilinear', 'mlp'] as const)('one session has the whole attention (%s)', (activationUnit) => {
    const model = randomModel({ activationUnit, attentionUnits: [3] });
    const activation = /^(interest|interaction)_activation_1/;
    const one = batchOf([[[2, 3]], [[4]]]);
    expect(logitsWith(model, activation, one)).toEqual(logitsOf(model, one));
    const two = batchOf([[[2, 3], [4, 2]]]); // prettier-ignore
    expect(difference(logitsWith(model, activation, two), logitsOf(model, two))).toBeGreaterThan(1e-6);
    model.dispose();
  });

  // Planted bug that this fails for: a mean over the places of a session in place of its events.
  test('one event attends to itself: query and key do not matter', () => {
    const model = randomModel();
    const queries = /self_attention_1\/attention\/(query|key)\//;
    const one = batchOf([[[2], [3], [4]]]); // prettier-ignore
    expect(difference(logitsWith(model, queries, one), logitsOf(model, one))).toBeLessThan(64 * ROUNDOFF);
    const two = batchOf([[[2, 3]]]);
    expect(difference(logitsWith(model, queries, two), logitsOf(model, two))).toBeGreaterThan(1e-6);
    model.dispose();
  });

  // Planted bugs that this fails for: a bias, a state or a mean over nothing that comes through.
  test('without events both interests are zero, whatever the weights are', () => {
    const model = randomModel();
    const none = batchOf([[], []]);
    const logits = logitsOf(model, none);
    expect(
      logitsWith(
        model,
        /^(bias_encoding|self_attention|interaction|interest_activation|interaction_activation)_1\//,
        none,
      ),
    ).toEqual(logits);
    const rows = oracleRows(schema, none, oracleWeights(model), { dim: 2 });
    expect(exactInterests(rows[0], clicks, 1, model.options as never)).toEqual([Array(6).fill(0), Array(6).fill(0)]);
    model.dispose();
  });
});

// Planted bugs that this fails for: a session that loses its last places, one more than K, padding at the front.
test.each([1, 2, 3, 4, 5, 6, 7, 9])('%i places of a batch are parted into sessions', (P) => {
  const model = randomModel();
  const [history] = historiesOf('test', schema).filter(hasSessions);
  const S = Math.min(maxSessions, Math.ceil(P / maxSessionLength));
  tidy(() => {
    const places = range(1, 2 * P + 1); // [1, P, 2]
    const mask = Array.from({ length: P }, (_, p) => (p < 5 && p !== 1 ? 1 : 0));
    const parts = inSessions(reshape(places, [1, P, 2]), tensor2d([mask]), history);
    const wanted = Array.from({ length: S * maxSessionLength }, (_, p) => (p < P ? [2 * p + 1, 2 * p + 2] : [0, 0]));
    expect(parts.events.shape).toEqual([1, S, maxSessionLength, 2]);
    expect(Array.from(parts.events.dataSync())).toEqual(wanted.flat());
    expect(Array.from(parts.eventMask.dataSync())).toEqual(wanted.map((_, p) => mask[p] ?? 0));
    expect(parts.sessionMask.arraySync()).toEqual([Array.from({ length: S }, () => 1)]);
  });
  model.dispose();
});

test('a schema without sessions, and heads that do not fit, are refused', () => {
  const without = fittedSchema({ fields: fields.map((field) => (field.kind === 'sequence' ? { name: field.name, kind: 'sequence', shareTable: 'item' } : field)) }); // prettier-ignore
  expect(() => dsin(without, small)).toThrow('dsin: expected a history that is cut into sessions, got "none"; declare `sessions: { times'); // prettier-ignore
  expect(() => dsin(fittedSchema({ fields: fields.slice(0, 2) }), small)).toThrow('dsin: expected a sequence that shares the table'); // prettier-ignore
  expect(() => dsin(schema, { ...small, numHeads: 4 })).toThrow('dsin: expected a divisor of 6 for numHeads, got 4; an event\'s vector has the columns of "clicks", 2 numbers each'); // prettier-ignore
});

// M = 3 columns of 2, the target has 2 of them.
test.each([
  [{ biasEncoding: true, layerNorm: true }, maxSessions + maxSessionLength + 6 + 2 * 2 * 6],
  [{ biasEncoding: false, layerNorm: false }, 0],
])('counts the parameters of %o', (options, encodingAndNorms) => {
  const model = dsin(schema, { ...small, ...options });
  const tables = model.groups.reduce((total, group) => total + group.tables.reduce((rows, { numRows }) => rows + numRows, 0) * group.dim, 0); // prettier-ignore
  const M = 6;
  const attention = 4 * M * M + 3 * M; // query, key without bias, value, output
  const feedForward = M * 2 * M + 2 * M + 2 * M * M + M;
  const lstms = 2 * (8 * M * M + 4 * M);
  const units = 2 * M * 4;
  const deep = (2 * 2 + 2 * M) * 6 + 6 + 6 + 1;
  expect(model.numParameters).toBe(tables + encodingAndNorms + attention + feedForward + lstms + units + deep);
  model.dispose();
});
