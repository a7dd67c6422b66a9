import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset, RowSource } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import type { SafeTensor } from '@ctrflow/embeddings';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { saveModel } from '@ctrflow/model-kit/node';
import { memory } from '@tensorflow/tfjs-core';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adam, eagerEngine, evaluate, fit, permutationImportance, predict, scoreRows } from '../src/index';
import type { Checkpoint, FitOptions, FitResult, RunStore } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'item', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
});

function rows(seed: number, numRows: number): RowSource {
  return rowsInMemory(schema.encode(randomColumns(schema.spec, numRows, seed)));
}

function dataset(): Dataset & { readonly test: RowSource } {
  const numRows = { read: 500, train: 300, valid: 100, test: 100 };
  const summary = { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false };
  return { schema, train: rows(1, 300), valid: rows(2, 100), test: rows(3, 100), summary };
}

const options: FitOptions = {
  batchSize: 64,
  epochs: 3,
  patience: 5,
  optimizer: adam(0.01),
  clipNorm: 1,
  l2: { net: 1e-3 },
};

function model(): CtrModel {
  return deepFM(schema, { embeddingDim: 4, hiddenUnits: [8], dropout: 0.3, batchNorm: true });
}

type RecordingStore = RunStore & { readonly checkpoints: Checkpoint[]; best: Record<string, SafeTensor> };

/** Keeps checkpoints in memory, one after every step. */
function recordingStore(resumeFrom?: Checkpoint): RecordingStore {
  const store: RecordingStore = {
    checkpoints: [],
    best: {},
    checkpointSeconds: 0,
    open: () => Promise.resolve(resumeFrom && structuredClone(resumeFrom)),
    saveCheckpoint: (checkpoint) => {
      store.checkpoints.push(structuredClone(checkpoint));
      return Promise.resolve();
    },
    saveBest: (_, weights) => {
      store.best = structuredClone(weights);
      return Promise.resolve();
    },
    loadBest: () => Promise.resolve(store.best),
    saveMetrics: () => Promise.resolve(),
    saveFailedBatch: () => Promise.resolve('memory'),
    saveModel: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return store;
}

function outcome(result: FitResult): unknown {
  return { weights: modelWeights(result.model), history: result.history, test: result.test };
}

test('a training learns, evaluates, and leaves no tensors behind', async () => {
  const trained = model();
  const data = dataset();
  await evaluate(trained, data.test); // loads the backend and makes the weights
  const before = memory().numTensors;
  const result = await fit(trained, data, { ...options, epochs: 8, patience: 8 });
  expect(memory().numTensors).toBe(before);
  expect(result.history[7].trainLoss).toBeLessThan(result.history[0].trainLoss);
  // The runtime packs the weights of a model that is not trained: its products round otherwise.
  const evaluated = Object.entries(await evaluate(trained, data.test));
  expect(evaluated.map(([name]) => name)).toEqual(Object.keys(result.test!));
  for (const [i, value] of Object.values(result.test!).entries()) expect(evaluated[i][1]).toBeCloseTo(value, 6);
  const scores: number[] = [];
  for await (const chunk of predict(trained, data.test)) scores.push(...chunk);
  expect(scores).toHaveLength(100);
});

// Planted bugs that this fails for: a batch that is trained twice, optimizer state not restored, sums of the epoch not kept.
test('a training resumed from any checkpoint ends byte for byte as one that ran through', async () => {
  const store = recordingStore();
  const wanted = outcome(await fit(model(), dataset(), { ...options, run: store }));
  expect(store.checkpoints.length).toBeGreaterThan(15);
  for (const index of [0, 3, 4, 7, store.checkpoints.length - 1]) {
    const resumed = recordingStore(store.checkpoints[index]);
    resumed.best = store.best;
    const result = await fit(model(), dataset(), { ...options, run: resumed });
    expect(outcome(result)).toEqual(wanted);
  }
});

// Planted bugs that this fails for: a rate that `fit` does not apply, that the model does not keep, or that a resumed training forgets.
test('a training on a share of the negatives evaluates for all rows, and its model keeps the share', async () => {
  const whole = dataset();
  const data = { ...whole, summary: { ...whole.summary, negativeKeepRate: 0.2 } };
  const store = recordingStore();
  const result = await fit(model(), data, { ...options, run: store });
  expect(result.model.negativeKeepRate).toBe(0.2);
  const { labels, logits } = await scoreRows(result.model, data.test, { negativeKeepRate: 1 });
  const loss = labels.reduce((sum, label, i) => {
    const p = 1 / (1 + Math.exp(-logits[i]));
    const q = p / (p + (1 - p) / 0.2);
    return sum - Math.log(label === 1 ? q : 1 - q) / labels.length;
  }, 0);
  expect(result.test?.logLoss).toBeCloseTo(loss, 5);
  const resumed = recordingStore(store.checkpoints.at(-1));
  resumed.best = store.best;
  const again = await fit(model(), data, { ...options, run: resumed });
  expect(again.model.negativeKeepRate).toBe(0.2);
  expect(again.test).toEqual(result.test);
  // What it is trained on next decides.
  expect((await fit(result.model, whole, { ...options, epochs: 1 })).model.negativeKeepRate).toBe(1);
});

test('the same seed gives the same training, another seed another one', async () => {
  const run = async (seed: number): Promise<unknown> => outcome(await fit(model(), dataset(), { ...options, seed }));
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
});

test('an aborted training finishes its step and says so', async () => {
  const controller = new AbortController();
  const store = recordingStore();
  const onBatchEnd = ({ step }: { readonly step: number }): void => {
    if (step === 7) controller.abort();
  };
  const result = await fit(model(), dataset(), {
    ...options,
    run: store,
    callbacks: [{ onBatchEnd }],
    signal: controller.signal,
  });
  expect(result.stopped).toBe('interrupted');
  expect(store.checkpoints.at(-1)?.progress.step).toBe(7);
});

test('early stopping waits for `patience` epochs without improvement', async () => {
  const still = deepFM(schema, { embeddingDim: 4, hiddenUnits: [8] });
  const result = await fit(still, dataset(), { ...options, epochs: 50, patience: 2, optimizer: adam(0) });
  expect(result.stopped).toBe('early-stopping');
  expect(result.epochs).toBe(3);
  expect(result.bestEpoch).toBe(1);
});

test.each<[object, string | RegExp]>([
  [{ batchSize: 0 }, 'fit: expected an integer >= 1 for batchSize, got 0'],
  [{ monitor: 'accuracy' }, 'for monitor, got "accuracy"'],
  [{ pacience: 2 }, 'did you mean "patience"?'],
  [{ schedule: { kind: 'cosinus' } }, 'did you mean "cosine"?'],
  [{ optimizer: adam(1e30), clipNorm: 1e9, epochs: 20 }, /expected a finite loss, got (NaN|Infinity) in epoch/],
])('bad option %#', async (bad, message) => {
  await expect(fit(model(), dataset(), { ...options, ...bad })).rejects.toThrow(message);
});

// Planted bugs: a mark that only one engine sets, one that stays after a training that failed.
test('a model is trained by one training at a time, and neither disposed of nor predicted with meanwhile', async () => {
  const trained = model();
  const held = /expected a model deepfm that nothing trains, got "one that is being trained"/;
  const seen: string[] = [];
  const during = async (): Promise<undefined> => {
    for (const call of [
      () => fit(trained, dataset(), { ...options, engine: eagerEngine() }),
      () => evaluate(trained, rows(2, 10)),
      () => predict(trained, rows(2, 10)).next(),
      () => { trained.dispose(); }, // prettier-ignore
    ])
      await Promise.resolve()
        .then(call)
        .catch((error: unknown) => seen.push(String(error)));
    return undefined;
  };
  const [first, second] = await Promise.allSettled([
    fit(trained, dataset(), { ...options, callbacks: [{ onEpochEnd: during }] }),
    fit(trained, dataset(), options),
  ]);
  expect(second).toMatchObject({ status: 'rejected', reason: { name: 'ConfigError' } });
  expect(second).toMatchObject({ reason: { message: expect.stringMatching(held) as string } });
  expect(seen).toHaveLength(3 * 4);
  for (const message of seen) expect(message).toMatch(held);
  const alone = model();
  if (first.status === 'rejected') throw first.reason;
  expect(outcome(first.value)).toEqual(outcome(await fit(alone, dataset(), options)));
  await expect(fit(trained, dataset(), { ...options, run: { ...recordingStore(), open: () => Promise.reject(new Error('disk')) } })).rejects.toThrow('disk'); // prettier-ignore
  await evaluate(trained, rows(2, 10)); // free again
});

test('a model that was disposed of is neither trained, evaluated, predicted with, saved nor exported', async () => {
  const gone = model();
  gone.dispose();
  const calls: (() => unknown)[] = [
    () => fit(gone, dataset(), options),
    () => evaluate(gone, rows(2, 10)),
    () => predict(gone, rows(2, 10)).next(),
    () => permutationImportance(gone, rows(2, 10)),
    () => saveModel(gone, join(tmpdir(), 'never')),
  ];
  for (const call of calls)
    await expect(Promise.resolve().then(call)).rejects.toThrow(
      'model deepfm: expected a model in use, got "one that was disposed of"; build or load it anew',
    );
  const other = model();
  await expect(
    fit(other, dataset(), {
      ...options,
      callbacks: [
        {
          onBatchEnd: () => {
            other.dispose();
          },
        },
      ],
    }),
  ).rejects.toThrow('dispose: expected a model deepfm that nothing trains');
});
