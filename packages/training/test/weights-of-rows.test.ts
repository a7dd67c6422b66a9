import '@tensorflow/tfjs-backend-cpu';
import { randomKey } from '@ctrflow/core';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import { deepFM } from '@ctrflow/deepfm';
import { lr } from '@ctrflow/lr';
import { modelWeights } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { compiledEngine, eagerEngine, fit, sgd } from '../src/index';
import type { FitOptions, StepSettings } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
});

function columns(numRows: number, weightOf: (row: number) => number): EncodedColumns {
  return { ...schema.encode(randomColumns(schema.spec, numRows, 1)), weight: Float32Array.from({ length: numRows }, (_, i) => weightOf(i)) }; // prettier-ignore
}

function dataset(train: EncodedColumns): Dataset {
  const numRows = { read: train.numRows, train: train.numRows, valid: 0, test: 0 };
  const summary = { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false };
  return { schema, train: rowsInMemory(train), summary };
}

const settings: StepSettings = { optimizer: sgd(0.1), tableOptimizer: { kind: 'sgd' }, l2: { net: 0, embedding: 0 }, key: randomKey(1) }; // prettier-ignore

// Planted bugs that this fails for: 0 / 0, a mean over the rows instead of their weights.
test.each([
  ['eager', eagerEngine()],
  ['compiled', compiledEngine()],
])('a batch whose rows have weight 0 changes nothing, %s', async (_, engine) => {
  for (const clipNorm of [undefined, 1]) {
    const model = deepFM(schema, { embeddingDim: 3, hiddenUnits: [4] });
    const before = modelWeights(model);
    const prepared = await engine.prepare(model, { ...settings, ...(clipNorm !== undefined && { clipNorm }) });
    const step = { step: 1, learningRate: 0.1 };
    expect(await prepared.trainStep(columns(5, () => 0), step)).toEqual({ loss: 0, weight: 0 }); // prettier-ignore
    expect(modelWeights(model)).toEqual(before);
    const { loss, weight } = await prepared.trainStep(columns(5, () => 1), step); // prettier-ignore
    expect([loss > 0.5, weight]).toEqual([true, 5]);
    expect(modelWeights(model)).not.toEqual(before);
    prepared.dispose();
  }
});

test('a training whose last batch is one row of weight 0 ends as it should, with the losses of the other rows', async () => {
  const options: FitOptions = { batchSize: 8, epochs: 2, optimizer: sgd(0.1) };
  for (let seed = 1; seed <= 6; seed++) {
    const result = await fit(lr(schema), dataset(columns(65, (row) => (row % 8 === 0 ? 0 : 1))), { ...options, seed });
    for (const { trainLoss } of result.history) expect(trainLoss).toBeLessThan(1);
  }
  const ofClicks = await fit(lr(schema), dataset(columns(64, () => 1)), { ...options, batchSize: 2, classWeights: [0, 1] }); // prettier-ignore
  expect(ofClicks.history[1].trainLoss).toBeLessThan(ofClicks.history[0].trainLoss);
});

test('a training without any weight says what is wrong', async () => {
  await expect(fit(lr(schema), dataset(columns(20, () => 0)), { batchSize: 8 })).rejects.toThrow(
    'fit: expected training rows with weights above 0, got "weights that are all 0"; look at the weight column of the data and at classWeights',
  );
});

test.each<[unknown, string]>([
  [
    [1],
    'fit: expected two numbers for classWeights, got [1]; the factors of the loss of rows with label 0 and 1, as [1, 5]',
  ],
  [5, 'expected two numbers for classWeights, got 5'],
  [[1, 2, 3], 'expected two numbers for classWeights, got [1,2,3]'],
  [[1, -1], 'expected a finite number >= 0 for classWeights[1], got -1'],
  [[NaN, 1], 'expected a finite number >= 0 for classWeights[0], got NaN'],
  [[0, 0], 'expected one number above 0 for classWeights, got [0,0]'],
])('classWeights %j is refused', async (classWeights, message) => {
  await expect(fit(lr(schema), dataset(columns(20, () => 1)), { classWeights: classWeights as never })).rejects.toThrow(message); // prettier-ignore
});

test.each<[unknown, string]>([
  [5, 'fit: expected { net, embedding, miniBatchAware } for l2, got 5; a number each: { net: 1e-5 }'],
  [{ foo: 1 }, 'fit: l2: expected an option among net, embedding, miniBatchAware, got "foo"'],
  [{ net: '1' }, 'expected a finite number >= 0 for l2.net, got "1"'],
])('l2 %j is refused', async (l2, message) => {
  await expect(fit(lr(schema), dataset(columns(20, () => 1)), { l2: l2 as never })).rejects.toThrow(message);
});

// Planted bug that this fails for: a last step that nobody looks at.
test.each([eagerEngine(), compiledEngine()])(
  'weights that the last step made infinite are not saved, $name',
  async (engine) => {
    // prettier-ignore
    const saved: string[] = [];
    const run: FitOptions['run'] = {
      checkpointSeconds: Infinity,
      open: () => Promise.resolve(undefined),
      saveCheckpoint: () => Promise.resolve(void saved.push('checkpoint')),
      saveBest: () => Promise.resolve(void saved.push('best')),
      loadBest: () => Promise.reject(new Error('nothing was saved')),
      saveMetrics: () => Promise.resolve(void saved.push('metrics')),
      saveFailedBatch: () => Promise.resolve('nowhere'),
      saveModel: () => Promise.resolve(void saved.push('model')),
      close: () => Promise.resolve(),
    };
    for (const optimizers of [
      { optimizer: sgd(1e39) },
      { optimizer: sgd(1e39), tableOptimizer: { kind: 'sgd' } as const },
    ])
      // prettier-ignore
      await expect(fit(lr(schema), dataset(columns(20, () => 1)), { epochs: 1, engine, run, ...optimizers })).rejects.toThrow( // prettier-ignore
      /^fit: expected finite weights after epoch 1 \(step 1\), got "others in linear\/\w+"; lower the learning rate or set clipNorm/,
    );
    expect(saved).toEqual([]);
  },
);
