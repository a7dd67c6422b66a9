import '@tensorflow/tfjs-backend-cpu';
import { bst } from '@ctrflow/bst';
import { randomKey } from '@ctrflow/core';
import { dien } from '@ctrflow/dien';
import { din } from '@ctrflow/din';
import { dnn } from '@ctrflow/dnn';
import type { EncodedColumns, EncodedList, FeatureSchema } from '@ctrflow/features';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { rnn } from '@ctrflow/rnn';
import { fittedSchema } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { compiledEngine, eagerEngine, sgd } from '../src/index';
import type { StepEngine } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'item', kind: 'categorical' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', sessions: { times: 'when', maxSessions: 3, maxSessionLength: 3 } }, // prettier-ignore
    { name: 'behaviours', kind: 'sequence', history: 'clicks' },
  ],
  label: { column: 'click' },
});

const small = { embeddingDim: 3, embeddingStdDev: 0.5, hiddenUnits: [4] };
const models: Readonly<Record<string, (schema: FeatureSchema) => CtrModel>> = {
  'dnn, means': (s) => dnn(s, small),
  'din, dice': (s) => din(s, { ...small, attentionUnits: [5, 4] }),
  'din, softmax': (s) => din(s, { ...small, attentionUnits: [5], attentionSoftmax: true }),
  'din, statistics over padding': (s) => din(s, { ...small, attentionUnits: [5], diceStatistics: 'padded' }),
  'din, prelu': (s) => din(s, { ...small, attentionUnits: [5], attentionActivation: 'prelu' }),
  'rnn, gru': (s) => rnn(s, { ...small, units: 3 }),
  'rnn, bidirectional lstm, mean': (s) => rnn(s, { ...small, cell: 'bidirectional-lstm', pooling: 'mean', units: 3 }),
  'rnn, attention': (s) => rnn(s, { ...small, cell: 'rnn', pooling: 'attention', units: 3 }),
  'dien, auxiliary loss': (s) => dien(s, small),
  'dien, auxiliary network, agru': (s) => dien(s, { ...small, evolution: 'agru', auxiliaryUnits: [4] }),
  'dien, dice in the attention': (s) =>
    dien(s, { ...small, activationUnit: 'mlp', attentionUnits: [5], attentionActivation: 'dice' }),
  'bst, mean': (s) => bst(s, { ...small, numHeads: 1, pooling: 'mean' }),
  'bst, target': (s) => bst(s, { ...small, numHeads: 1, pooling: 'target' }),
};

const histories = [[2, 4, 3], [5], [], [3, 3, 6, 2], [7, 2]];
/** The same events in places with empty ones (0) between and behind them, as sessions that are not full have them; the first session begins with an event. */
const withGaps = [[2, 0, 0, 4, 3, 0], [5, 0, 0], [], [3, 0, 3, 6, 0, 0, 2], [7, 2, 0]];

function batchOf(events: readonly (readonly number[])[]): EncodedColumns {
  const list = (idOf: (event: number) => number): EncodedList => ({
    offsets: Int32Array.from([0, ...events].map((_, b) => events.slice(0, b).flat().length)),
    ids: Int32Array.from(events.flat(), (event) => (event === 0 ? 0 : idOf(event))),
    weights: Float32Array.from(events.flat(), Math.sign),
  });
  const item = Int32Array.of(3, 2, 4, 7, 5);
  const lists = { items: list((event) => event), behaviours: list((event) => 2 + (event % 3)) };
  return { numRows: 5, ids: { item }, values: {}, lists, targets: { label: Float32Array.of(1, 0, 0, 1, 1) } };
}

/** Losses of some steps and all that they change: dense weights, moving statistics, table rows. */
async function trained(engine: StepEngine, build: (schema: FeatureSchema) => CtrModel, batch: EncodedColumns) {
  const model = build(schema);
  const prepared = await engine.prepare(model, {
    optimizer: sgd(0.1),
    tableOptimizer: { kind: 'sgd' },
    l2: { net: 0, embedding: 0 },
    key: randomKey(5),
  });
  const losses: number[] = [];
  for (let step = 1; step <= 3; step++)
    losses.push((await prepared.trainStep(batch, { step, learningRate: 0.1 })).loss);
  prepared.synchronize();
  const weights = Object.entries(modelWeights(model)).map(
    ([path, { data }]) => [path, [...(data as Float32Array)]] as const,
  );
  prepared.dispose();
  model.dispose();
  return [['losses', losses] as const, ...weights];
}

// Planted bugs that this fails for: empty places that count in the statistics of Dice, packed (they did) or not; negatives drawn by place; a gradient into the row of padding.
test.each(
  Object.keys(models).flatMap((name) => [
    [name, 'eager', eagerEngine()] as const,
    [name, 'compiled', compiledEngine()] as const,
  ]),
)('%s trains on a history with empty places as on one without: %s', async (name, _, engine) => {
  const wanted = await trained(engine, models[name], batchOf(histories));
  const found = await trained(engine, models[name], batchOf(withGaps));
  wanted.forEach(([path, values], i) => {
    values.forEach((value, k) => {
      // Sums of at most 100 terms below 4 in another order, three steps.
      expect(Math.abs(found[i][1][k] - value), `${path} ${k}: ${found[i][1][k]}, ${value}`).toBeLessThan(
        3 * 100 * 4 * 2 ** -24,
      );
    });
  });
});
