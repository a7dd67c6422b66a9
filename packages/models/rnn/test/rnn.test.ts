import { ROUNDOFF, exactAttentionPooling, exactGRU, exactLSTM, exactMLP, exactSimpleRNN, fittedSchema, randomColumns } from '@ctrflow/testkit'; // prettier-ignore
import { logitsOf, modelContract, oracleRows, oracleWeights, randomizeWeights } from '@ctrflow/model-contract';
import type { ModelOracle, OracleRow } from '@ctrflow/model-contract';
import type { FieldSpec } from '@ctrflow/features';
import type { ActivationName, HiddenActivationName } from '@ctrflow/layers';
import { describe, expect, test } from 'vitest';
import { rnn } from '../src/index';
import type { RNNOptions } from '../src/index';

const fields: FieldSpec[] = [
  { name: 'user', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'user', maxLength: 4, history: 'past' },
  { name: 'kinds', kind: 'sequence', maxLength: 4, history: 'past' },
  { name: 'history', kind: 'sequence', shareTable: 'user', maxLength: 3 },
];
/** Slots that stand in no history, by the contract's declaration. */
const others = ['user', 'item', 'day', 'user x item', 'age', 'age:missing', 'price', 'tags'];

type Filled = Required<RNNOptions>;

/** Of the final layers: Dice and PReLU are found by their weights. */
const plain = (activation: HiddenActivationName): ActivationName =>
  activation === 'dice' || activation === 'prelu' ? 'linear' : activation;

function states(row: OracleRow, sequence: readonly number[][], path: string, { cell }: Filled): number[][] {
  if (cell === 'rnn') return exactSimpleRNN(sequence, row.weights, { path });
  if (cell === 'gru') return exactGRU(sequence, row.weights, { path });
  if (cell === 'lstm') return exactLSTM(sequence, row.weights, { path });
  const forward = exactLSTM(sequence, row.weights, { path: `${path}/forward` });
  const backward = exactLSTM(sequence, row.weights, { path: `${path}/backward`, backwards: true });
  return forward.map((state, t) => [...state, ...backward[t]]);
}

/** The state of a history, 0 when it is empty. */
function pooled(row: OracleRow, sequence: readonly number[][], k: number, options: Filled): number[] {
  const { cell, units, pooling } = options;
  const H = cell === 'bidirectional-lstm' ? 2 * units : units;
  const all = states(row, sequence, `recurrent_${k}`, options);
  if (all.length === 0) return Array<number>(H).fill(0);
  if (pooling === 'attention') return exactAttentionPooling(all, row.weights, `attention_${k}`);
  if (pooling === 'mean') return all[0].map((_, j) => all.reduce((sum, state) => sum + state[j], 0) / all.length);
  return cell === 'bidirectional-lstm' ? [...all[all.length - 1].slice(0, units), ...all[0].slice(units)] : all[all.length - 1]; // prettier-ignore
}

const oracle: ModelOracle<RNNOptions> = (row, options) => {
  const [items, kinds] = [row.list('items'), row.list('kinds')];
  const past = items.map((vector, t) => [...vector, ...kinds[t]]);
  const x = [
    ...row.embeddings({ slots: others }).flat(),
    ...pooled(row, past, 1, options),
    ...pooled(row, row.list('history'), 2, options),
  ];
  const { hiddenUnits, activation } = options;
  return exactMLP(x, row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation: plain(activation) })[0];
};

const badOptions = {
  cell: ['rnm', 3],
  units: [0, 2.5, '8'],
  pooling: ['max', null],
  hiddenUnits: [[0], [2.5], 8],
  activation: ['rely'],
  dropout: [-0.1, 1, '0'],
  batchNorm: ['yes'],
};

modelContract(rnn, {
  options: { embeddingDim: 3, units: 3, hiddenUnits: [6] },
  trainingOptions: { embeddingDim: 3, units: 3, hiddenUnits: [6], dropout: 0.3, batchNorm: true },
  badOptions,
  oracle,
  fields,
  roundings: 256,
});

describe('an LSTM from both ends, mean pooling, PReLU', () => {
  const changed = { cell: 'bidirectional-lstm', pooling: 'mean', activation: 'prelu' } as const;
  const options = { embeddingDim: 3, units: 2, hiddenUnits: [5], ...changed };
  modelContract(rnn, { options, badOptions, oracle, fields, roundings: 256 });
});

describe('a plain network, attention over its states', () => {
  const options = { embeddingDim: 3, units: 3, hiddenUnits: [5], cell: 'rnn', pooling: 'attention' } as const;
  modelContract(rnn, { options, badOptions, oracle, fields, roundings: 256 });
});

test.each(['rnn', 'lstm', 'bidirectional-lstm'] as const)('the last state of %s is that of the oracle', (cell) => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }, ...fields.slice(1)] });
  const model = rnn(schema, { embeddingDim: 3, units: 2, hiddenUnits: [], cell });
  randomizeWeights(model);
  const batch = schema.encode(randomColumns(schema.spec, 9, 2));
  const rows = oracleRows(schema, batch, oracleWeights(model), { dim: 3 });
  const only: ModelOracle<RNNOptions> = (row, options) => {
    const past = row.list('items').map((vector, t) => [...vector, ...row.list('kinds')[t]]);
    const ends = [pooled(row, past, 1, options), pooled(row, row.list('history'), 2, options)];
    const x = [...row.embeddings({ slots: ['user'] }).flat(), ...ends.flat()];
    return exactMLP(x, row.weights, { path: 'deep', numHidden: 0 })[0];
  };
  logitsOf(model, batch).forEach((logit, b) => {
    const exact = only(rows[b], model.options as Parameters<typeof only>[1]);
    expect(Math.abs(logit - exact)).toBeLessThanOrEqual(256 * ROUNDOFF * (1 + Math.abs(exact)));
  });
  model.dispose();
});

// Planted bug that this fails for: side columns that are read one after the other instead of side by side.
test.each([
  ['rnn', 8 * (2 * 4 + 8 + 1), 8],
  ['gru', 3 * 8 * (2 * 4 + 8) + 6 * 8, 8],
  ['lstm', 4 * 8 * (2 * 4 + 8 + 1), 8],
  ['bidirectional-lstm', 2 * 4 * 8 * (2 * 4 + 8 + 1), 16],
] as const)('counts the parameters of %s', (cell, cellSize, stateSize) => {
  const schema = fittedSchema({
    fields: [
      { name: 'item', kind: 'categorical' },
      { name: 'kind', kind: 'categorical' },
      { name: 'items', kind: 'sequence', shareTable: 'item', history: 'past' },
      { name: 'kinds', kind: 'sequence', shareTable: 'kind', history: 'past' },
    ],
  });
  const model = rnn(schema, { cell, embeddingDim: 4, units: 8, hiddenUnits: [6] });
  const tables = model.groups.reduce((total, { numRows, dim }) => total + numRows * dim, 0);
  expect(model.numParameters).toBe(tables + cellSize + (2 * 4 + stateSize) * 6 + 6 + 6 + 1);
  model.dispose();
});

// W [H, A] and b of the hidden layer, and the query; the states of two directions are side by side.
test.each([
  ['rnn', 8],
  ['bidirectional-lstm', 16],
] as const)('attention over the states of %s adds its parameters', (cell, stateSize) => {
  const schema = fittedSchema({ fields: fields.slice(0, 2) });
  const [last, attention] = (['last', 'attention'] as const).map((pooling) => {
    const model = rnn(schema, { cell, pooling, units: 8, hiddenUnits: [6] });
    const { numParameters } = model;
    model.dispose();
    return numParameters;
  });
  expect(attention - last).toBe(stateSize * 8 + 8 + 8);
});

test('a schema without a sequence is refused', () => {
  const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] });
  expect(() => rnn(schema)).toThrow(/rnn: expected a sequence among the fields, got .*none/);
});
