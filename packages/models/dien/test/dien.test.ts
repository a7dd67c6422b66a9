import { foldIn, randomKey } from '@ctrflow/core';
import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import {
  feedTensors,
  logitsOf,
  lossAndGradients,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
  withListsReversed,
} from '@ctrflow/model-contract';
import type { ModelOracle, OracleRow, OracleWeights } from '@ctrflow/model-contract';
import { drawNegatives, outputsOf } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import {
  ROUNDOFF,
  directionalDifference,
  exactCrossEntropy,
  exactGRU,
  exactLocalActivation,
  exactMLP,
  exactSoftmax,
  fittedSchema,
  project,
  randomColumns,
  signs,
} from '@ctrflow/testkit';
import { tidy } from '@tensorflow/tfjs-core';
import type { ActivationName, HiddenActivationName } from '@ctrflow/layers';
import { describe, expect, test } from 'vitest';
import { dien } from '../src/index';
import type { DIENOptions } from '../src/index';

const fields: FieldSpec[] = [
  { name: 'user', kind: 'categorical' },
  { name: 'genre', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'user', maxLength: 4, history: 'past' },
  { name: 'genres', kind: 'sequence', shareTable: 'genre', maxLength: 4, history: 'past' },
  { name: 'kinds', kind: 'sequence', maxLength: 4, history: 'past' },
  { name: 'history', kind: 'sequence', shareTable: 'user', maxLength: 3 },
];
const others = ['user', 'genre', 'item', 'day', 'user x item', 'age', 'age:missing', 'price', 'tags'];
/** Each history's columns, and the fields that they are compared with. */
const histories = [
  { columns: ['items', 'genres', 'kinds'], targets: ['user', 'genre'] },
  { columns: ['history'], targets: ['user'] },
];

type Filled = Parameters<ModelOracle<DIENOptions>>[1];

/** Of the final layers: Dice and PReLU are found by their weights. */
const plain = (activation: HiddenActivationName): ActivationName =>
  activation === 'dice' || activation === 'prelu' ? 'linear' : activation;
const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);
const dot = (x: readonly number[], y: readonly number[]): number => sum(x.map((value, i) => value * y[i]));

/** `[T][H]`: the columns side by side. */
function eventsOf(row: OracleRow, columns: readonly string[]): number[][] {
  const lists = columns.map((name) => row.list(name));
  return lists[0].map((_, t) => lists.flatMap((list) => list[t]));
}

/** Equation 10, or DIN's local activation unit. */
function scoresOf(
  states: readonly number[][],
  target: readonly number[],
  weights: OracleWeights,
  { k, options }: { readonly k: number; readonly options: Filled },
): number[] {
  const A = target.length;
  const path = `attention_${k}`;
  const { activationUnit, attentionUnits, attentionActivation, attentionSoftmax } = options;
  const bilinear = (): number[] => {
    const kernel = weights[`${path}/kernel`];
    return states.map((state) => sum(state.map((h, i) => h * dot(target, target.map((_, j) => kernel[i * A + j]))))); // prettier-ignore
  };
  const compared = (): number[] => {
    const events = states.map((state) => ({ keys: state.slice(0, A), sides: state.slice(A) }));
    const parts = { path, numHidden: attentionUnits.length, activation: plain(attentionActivation) };
    return exactLocalActivation(target, events, weights, parts);
  };
  const scores = activationUnit === 'mlp' ? compared() : bilinear();
  return attentionSoftmax && scores.length > 0 ? exactSoftmax(scores) : scores;
}

/** Equations 2 to 5 and 10 to 14, for one history. */
function interestOf(row: OracleRow, k: number, options: Filled): number[] {
  const { columns, targets } = histories[k - 1];
  const { evolution, sumPooling, resetAfter, embeddingDim } = options;
  const H = columns.length * embeddingDim;
  const events = eventsOf(row, columns);
  const target = row.embeddings({ slots: targets }).flat();
  const states = exactGRU(events, row.weights, { path: `extractor_${k}`, resetAfter });
  const path = `evolution_${k}`;
  const scores = evolution === 'gru' ? {} : { scores: scoresOf(states, target, row.weights, { k, options }) };
  const last =
    exactGRU(states, row.weights, { path, kind: evolution, resetAfter, ...scores }).at(-1) ?? Array<number>(H).fill(0);
  if (!sumPooling) return last;
  const total = last.map((_, j) => sum(events.map((event) => event[j])));
  return [...last, ...total, ...(target.length === H ? total.map((value, j) => value * target[j]) : [])];
}

const oracle: ModelOracle<DIENOptions> = (row, options) => {
  const x = [
    ...row.embeddings({ slots: others }).flat(),
    ...histories.flatMap((_, i) => interestOf(row, i + 1, options)),
  ];
  const { hiddenUnits, activation } = options;
  return exactMLP(x, row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation: plain(activation) })[0];
};

const badOptions = {
  evolution: ['augur', 3],
  activationUnit: ['dot', 3],
  attentionUnits: [[], [0], 8],
  attentionActivation: ['rely', 3],
  attentionSoftmax: ['yes', 1],
  resetAfter: ['no', 0],
  auxiliaryWeight: [-1, NaN, '1'],
  auxiliaryUnits: [[0], 8],
  auxiliaryActivation: ['dice', 3],
  sumPooling: ['no'],
  hiddenUnits: [[0], [2.5], 8],
  activation: ['rely'],
  dropout: [-0.1, 1, '0'],
  batchNorm: ['yes'],
};

modelContract(dien, {
  options: { embeddingDim: 3, hiddenUnits: [6] },
  trainingOptions: { embeddingDim: 3, hiddenUnits: [6], dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
  fields,
  roundings: 512,
});

describe('AGRU without softmax, with sums of the history', () => {
  const options = { embeddingDim: 2, hiddenUnits: [5], auxiliaryWeight: 0, evolution: 'agru', attentionSoftmax: false, sumPooling: true, activation: 'prelu' } as const; // prettier-ignore
  const trainingOptions = { ...options, auxiliaryWeight: 1, auxiliaryUnits: [4], dropout: 0.3 };
  modelContract(dien, { options, trainingOptions, badOptions, oracle, fields, roundings: 512 });
});

describe("the authors' conventions: a raised gate, an activation unit, reset gates before the product", () => {
  const options = { embeddingDim: 2, hiddenUnits: [5], auxiliaryWeight: 0, evolution: 'augru-raised', activationUnit: 'mlp', attentionUnits: [4, 3], attentionActivation: 'dice', resetAfter: false } as const; // prettier-ignore
  modelContract(dien, { options, badOptions, oracle, fields, roundings: 512 });
});

const schema = fittedSchema({ fields, label: { column: 'click' } });
const schemaOthers = ['user', 'genre'];
const batch = schema.encode(randomColumns(schema.spec, 15, 3));

function exactLogit(row: OracleRow, options: Filled): number {
  const x = [
    ...row.embeddings({ slots: schemaOthers }).flat(),
    ...histories.flatMap((_, i) => interestOf(row, i + 1, options)),
  ];
  return exactMLP(x, row.weights, {
    path: 'deep',
    numHidden: options.hiddenUnits.length,
    activation: plain(options.activation),
  })[0];
}

test.each(['gru', 'aigru', 'augru', 'augru-raised'] as const)('logits of %s follow the float64 oracle', (evolution) => {
  const model = dien(schema, { embeddingDim: 2, hiddenUnits: [4], evolution });
  randomizeWeights(model);
  const rows = oracleRows(schema, batch, oracleWeights(model), { dim: 2 });
  logitsOf(model, batch).forEach((logit, b) => {
    const exact = exactLogit(rows[b], model.options as unknown as Filled);
    expect(Math.abs(logit - exact)).toBeLessThanOrEqual(512 * ROUNDOFF * (1 + Math.abs(exact)));
  });
  model.dispose();
});

// Planted bugs that this fails for: states that are read as a set, an extractor that is left out.
test.each(['gru', 'aigru', 'agru', 'augru', 'augru-raised'] as const)(
  'the order of a history counts: %s',
  (evolution) => {
    const model = dien(schema, { embeddingDim: 2, hiddenUnits: [], evolution });
    randomizeWeights(model);
    const [forth, back] = [logitsOf(model, batch), logitsOf(model, withListsReversed(batch))];
    const differences = Array.from(forth, (logit, b) => Math.abs(logit - back[b]));
    expect(Math.max(...differences)).toBeGreaterThan(1e-4);
    const lengths = (b: number): number[] =>
      Object.values(batch.lists).map(({ offsets }) => offsets[b + 1] - offsets[b]);
    const short = differences.filter((_, b) => Math.max(...lengths(b)) < 2);
    expect(short.length).toBeGreaterThan(0);
    for (const difference of short) expect(difference).toBe(0);
    model.dispose();
  },
);

const key = randomKey(11);

/** Equation 6 in plain loops: the mean over the steps of each row. */
function exactAuxiliary(model: CtrModel, weights: OracleWeights, k: number): number[] {
  const { columns } = histories[k - 1];
  const options = model.options as unknown as Filled;
  const drawn = drawNegatives(batch.lists[columns[0]], foldIn(key, 'negatives', columns[0]));
  const entriesOf = (name: string): number[][] => {
    const slot = schema.slots.find((each) => each.name === name);
    const table = slot?.kind === 'list' ? slot.table : '';
    const D = options.embeddingDim;
    return Array.from(batch.lists[name].ids, (id) =>
      Array.from(weights[`embedding/${table}`].subarray(id * D, (id + 1) * D)),
    );
  };
  const lists = columns.map(entriesOf);
  const events = lists[0].map((_, i) => lists.flatMap((list) => list[i]));
  const judge = (state: number[], event: number[]): number => {
    const { auxiliaryUnits, auxiliaryActivation: activation } = options;
    if (auxiliaryUnits.length === 0) return dot(state, event);
    const parts = { path: `auxiliary_${k}`, numHidden: auxiliaryUnits.length, activation };
    return exactMLP([...state, ...event], weights, parts)[0];
  };
  const { offsets } = batch.lists[columns[0]];
  return Array.from({ length: batch.numRows }, (_, b) => {
    const own = events.slice(offsets[b], offsets[b + 1]);
    const states = exactGRU(own, weights, { path: `extractor_${k}` });
    const losses = own.slice(1).map((event, t) => {
      const other = events[drawn[offsets[b] + t + 1]];
      return Math.log1p(Math.exp(-judge(states[t], event))) + Math.log1p(Math.exp(judge(states[t], other)));
    });
    return (options.auxiliaryWeight * sum(losses)) / Math.max(1, losses.length);
  });
}

describe.each([
  { auxiliaryUnits: [] },
  { auxiliaryUnits: [4], activation: 'tanh', auxiliaryActivation: 'tanh' },
] as const)('auxiliary loss, %o', (changed) => {
  const make = (): CtrModel => {
    const model = dien(schema, { embeddingDim: 2, hiddenUnits: [4], auxiliaryWeight: 0.5, ...changed });
    randomizeWeights(model);
    return model;
  };

  // Planted bugs that this fails for: the state of the next step, negatives of the same step, padding that counts, a mean over B T.
  test('follows the float64 oracle, row by row', () => {
    const model = make();
    const { losses } = tidy(() => {
      const found = outputsOf(model, feedTensors(model, batch, key)).losses;
      return {
        losses: Object.fromEntries(Object.entries(found).map(([name, loss]) => [name, loss.dataSync().slice()])),
      };
    });
    expect(Object.keys(losses)).toEqual(['auxiliary_1', 'auxiliary_2']);
    for (const k of [1, 2]) {
      const exact = exactAuxiliary(model, oracleWeights(model), k);
      expect(Math.max(...exact)).toBeGreaterThan(0.1);
      exact.forEach((loss, b) => {
        expect(Math.abs(losses[`auxiliary_${k}`][b] - loss)).toBeLessThanOrEqual(256 * ROUNDOFF * (1 + loss));
      });
    }
    model.dispose();
  });

  // Planted bugs that this fails for: a gradient that does not reach the table of the negatives, a loss that counts twice.
  test('its gradient joins that of the cross-entropy, in every weight and table', () => {
    const model = make();
    const weights = oracleWeights(model);
    const total = (changedWeights: OracleWeights): number => {
      const rows = oracleRows(schema, batch, changedWeights, { dim: 2 });
      const logits = rows.map((row) => exactLogit(row, model.options as unknown as Filled));
      const auxiliary = [1, 2].map((k) => sum(exactAuxiliary(model, changedWeights, k)) / batch.numRows);
      return exactCrossEntropy(logits, batch.targets?.label ?? []) + sum(auxiliary);
    };
    const { loss, gradients } = lossAndGradients(model, batch, true, key);
    expect(Math.abs(loss - total(weights))).toBeLessThanOrEqual(256 * ROUNDOFF * (1 + loss));
    for (const [path, gradient] of Object.entries(gradients)) {
      const direction = signs(gradient.length, path);
      if (path.startsWith('embedding/')) direction.fill(0, 0, 2); // padding
      const exact = directionalDifference((values) => total({ ...weights, [path]: values }), weights[path], direction);
      const { value, magnitude } = project(gradient, direction);
      expect(magnitude, path).toBeGreaterThan(0);
      expect(Math.abs(value - exact), path).toBeLessThanOrEqual(4096 * ROUNDOFF * magnitude + 1e-9);
    }
    model.dispose();
  });
});

// Planted bug that this fails for: a loss of steps that are not there, or a network of the auxiliary loss that is built too late.
test('histories of one event have no auxiliary loss', () => {
  const offsets = Int32Array.from({ length: batch.numRows + 1 }, (_, b) => b);
  const lists = Object.fromEntries(
    Object.keys(batch.lists).map((name) => [name, { offsets, ids: new Int32Array(batch.numRows).fill(2) }]),
  );
  const short: EncodedColumns = { ...batch, lists };
  const model = dien(schema, { embeddingDim: 2, hiddenUnits: [4], auxiliaryUnits: [3] });
  randomizeWeights(model);
  tidy(() => {
    const { losses } = outputsOf(model, feedTensors(model, short, key));
    expect(losses.auxiliary_1.dataSync()).toEqual(new Float32Array(batch.numRows));
  });
  expect(lossAndGradients(model, short, true, key).loss).toBeGreaterThan(0);
  model.dispose();
});

// H = 3 columns of 2, 1 column of 2; the targets have 2 fields and 1.
test.each([
  ['gru', 6 * (6 + 1), 0],
  ['aigru', 6 * (6 + 1), 1],
  ['agru', 4 * (6 + 1), 1],
  ['augru', 6 * (6 + 1), 1],
  ['augru-raised', 6 * (6 + 1), 1],
] as const)('counts the parameters of %s', (evolution, sixH, attention) => {
  const model = dien(schema, { embeddingDim: 2, hiddenUnits: [4], evolution });
  const tables = model.groups.reduce((total, { numRows, dim }) => total + numRows * dim, 0);
  const gru = (H: number, gates: number): number => gates * H * 2 * H + gates * 2 * H;
  const gates = evolution === 'agru' ? 2 : 3;
  const histories6and2 = [6, 2].map((H) => gru(H, 3) + gru(H, gates));
  expect(gru(6, 3)).toBe(2 * 3 * 6 * (6 + 1));
  expect(sixH).toBe(2 * gates * (6 + 1));
  const attentions = attention * (6 * 4 + 2 * 2);
  expect(model.numParameters).toBe(tables + sum(histories6and2) + attentions + (2 * 2 + 6 + 2) * 4 + 4 + 4 + 1);
  model.dispose();
});
