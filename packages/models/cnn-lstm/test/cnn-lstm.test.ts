import { createFitter, rowsAsTable, windowFields } from '@ctrflow/features';
import type { FieldSpec } from '@ctrflow/features';
import { modelContract } from '@ctrflow/model-contract';
import type { ModelOracle, OracleRow } from '@ctrflow/model-contract';
import { withStep } from '@ctrflow/layers';
import { Feeder, feedTensor } from '@ctrflow/model-kit';
import { ones, tidy } from '@tensorflow/tfjs-core';
import { exactActivations, exactConv1D, exactLSTM, exactMLP, fittedSchema } from '@ctrflow/testkit';
import { describe, expect, test } from 'vitest';
import { cnnLstm } from '../src/index';
import type { CnnLstmOptions } from '../src/index';

const channels = ['count', 'spend'];
const numSteps = 6;
const window = windowFields('weeks', { channels, numSteps, transform: 'standard' });
const fields: FieldSpec[] = [{ name: 'user', kind: 'categorical' }, ...window];
const others = ['user', 'item', 'day', 'user x item', 'age', 'age:missing', 'price', 'history', 'tags'];

type Filled = Parameters<ModelOracle<CnnLstmOptions>>[1];

/** A convolution with zeros on both ends, an activation, and pooling without overlap. */
function block(x: readonly number[][], row: OracleRow, path: string, options: Filled): number[][] {
  const { kernelSize: size, activation, pooling, poolSize } = options;
  const [kernel, bias] = [row.weights[`${path}/conv/kernel`], row.weights[`${path}/conv/bias`]];
  const zeros = { before: Math.floor((size - 1) / 2), after: Math.ceil((size - 1) / 2) };
  const features = exactConv1D(x, kernel, bias, { size, ...zeros }).map((step) => step.map(exactActivations[activation])); // prettier-ignore
  return Array.from({ length: Math.floor(features.length / poolSize) }, (_, w) =>
    features[0].map((__, f) => {
      const values = features.slice(w * poolSize, (w + 1) * poolSize).map((step) => step[f]);
      return pooling === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / poolSize;
    }),
  );
}

function read(row: OracleRow, options: Filled): number[] {
  const { structure, filters } = options;
  let x = Array.from({ length: numSteps }, (_, t) => row.values(channels.map((channel) => `weeks.${channel}.${t}`)));
  if (structure !== 'lstm') filters.forEach((__, i) => (x = block(x, row, `window_1/conv_${i + 1}`, options)));
  return structure === 'cnn' ? x.flat() : (exactLSTM(x, row.weights, { path: 'window_1/lstm' }).at(-1) ?? []);
}

const oracle: ModelOracle<CnnLstmOptions> = (row, options) => {
  const x = [...row.embeddings({ slots: others }).flat(), ...read(row, options)];
  const { hiddenUnits, activation } = options;
  return exactMLP(x, row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation })[0];
};

const badOptions = {
  structure: ['rnn', 3],
  filters: [[0], 8, ['4']],
  kernelSize: [0, 1.5],
  pooling: ['avg'],
  poolSize: [0, '2'],
  units: [0, 2.5],
  hiddenUnits: [[0], [2.5], 8],
  activation: ['rely'],
  dropout: [-0.1, 1, '0'],
};

modelContract(cnnLstm, {
  options: { embeddingDim: 3, filters: [4], units: 3, hiddenUnits: [6], activation: 'tanh' },
  trainingOptions: { embeddingDim: 3, filters: [4], units: 3, hiddenUnits: [6], dropout: 0.3 },
  badOptions,
  oracle,
  fields,
  roundings: 256,
});

describe.each([
  { structure: 'cnn', filters: [3, 2], kernelSize: 2, pooling: 'mean', activation: 'tanh' },
  { structure: 'lstm', units: 3, activation: 'leaky-relu' },
] as const)('%o', (changed) => {
  const options = { embeddingDim: 2, hiddenUnits: [5], ...changed };
  modelContract(cnnLstm, { options, badOptions, oracle, fields, roundings: 256 });
});

// K C H + H per convolution, 4 H (D + H + 1) for the LSTM; 6 steps pooled once are 3.
test.each([
  ['cnn-lstm', 3 * 2 * 4 + 4 + 4 * 5 * (4 + 5 + 1), 5],
  ['cnn', 3 * 2 * 4 + 4, 3 * 4],
  ['lstm', 4 * 5 * (2 + 5 + 1), 5],
] as const)('counts the parameters of %s', (structure, readerSize, features) => {
  const model = cnnLstm(fittedSchema({ fields: window }), { structure, filters: [4], units: 5, hiddenUnits: [7] });
  expect(model.numParameters).toBe(readerSize + features * 7 + 7 + 7 + 1);
  model.dispose();
});

test('a schema without a window, or with too short a one, is refused', () => {
  const none = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }] });
  expect(() => cnnLstm(none)).toThrow(/cnn-lstm: expected a window among the fields, got/);
  const short = fittedSchema({ fields: windowFields('days', { channels, numSteps: 3 }) });
  expect(() => cnnLstm(short)).toThrow(
    'cnn-lstm: window "days": expected 4 steps or more, pooled 2 times by 2, got 3; make fewer convolutions',
  );
});

// Planted bug that this fails for: steps and channels in another order.
test('a window that travels as one tensor gives the scores of one field per step and channel', () => {
  const numbers = Array.from({ length: 5 }, (_, row) => Array.from({ length: numSteps * 2 }, (__, i) => Math.sin(row * 12 + i))); // prettier-ignore
  const scalar = createFitter({ fields: windowFields('weeks', { channels, numSteps }) });
  const names = scalar.spec.fields.map(({ name }) => name);
  const rows = numbers.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
  scalar.add(rowsAsTable(rows, names));
  const tensors = createFitter({ fields: [{ name: 'weeks', kind: 'tensor', shape: [numSteps, 2] }] }).finish();
  const options = { filters: [3], units: 4, hiddenUnits: [5] };
  const scores = [[scalar.finish(), rows] as const, [tensors, numbers.map((weeks) => ({ weeks }))] as const].map(
    ([schema, given]) => {
      const model = cnnLstm(schema, options);
      expect(model.feeds).toHaveLength(1);
      const feeds = Object.entries(new Feeder(model).feed(schema.encodeRows(given)));
      const logits = tidy(() => {
        const step = Object.fromEntries(feeds.map(([name, feed]) => [name, feedTensor(feed)]));
        return withStep({ training: false, dropoutMask: () => ones([1]) }, () => model.forward(step)).logit.dataSync();
      });
      model.dispose();
      return Array.from(logits);
    },
  );
  expect(scores[1]).toEqual(scores[0]);
  expect(new Set(scores[0]).size).toBe(5);
});
