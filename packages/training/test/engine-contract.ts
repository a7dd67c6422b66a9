import { deepFM } from '@ctrflow/deepfm';
import type { EncodedColumns } from '@ctrflow/features';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { randomKey } from '@ctrflow/core';
import { add, memory, mul } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adam } from '../src/index';
import type { PreparedModel, StepEngine, StepResult, StepSettings } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'tags', kind: 'multi-hot' },
  ],
  label: { column: 'click' },
});

const settings: StepSettings = {
  optimizer: adam(0.01),
  tableOptimizer: { kind: 'lazy-adam' },
  l2: { net: 0, embedding: 0 },
  key: randomKey(5),
};

function makeModel(): CtrModel {
  return deepFM(schema, { embeddingDim: 4, hiddenUnits: [8], dropout: 0.25, embeddingStdDev: 0.1 });
}

function batch(seed: number, numRows: number): EncodedColumns {
  return schema.encode(randomColumns(schema.spec, numRows, seed));
}

const step = (prepared: PreparedModel, at: number, numRows = 16): Promise<StepResult> =>
  prepared.trainStep(batch(at, numRows), { step: at, learningRate: 0.01 });

/** What callers of a {@link PreparedModel} may rely on, whatever engine runs it. */
export function engineContract(name: string, engine: StepEngine): void {
  describe(`the contract of an engine: ${name}`, () => {
    overlapTests(engine);
    ownershipTests(engine);
    holdTests(engine);
    disposeTests(engine);
  });
}

function overlapTests(engine: StepEngine): void {
  // Planted bugs that this fails for: a buffer of feeds or results that two calls share.
  test('logits that overlap are those of each batch, whatever their sizes', async () => {
    const prepared = await engine.prepare(makeModel());
    const batches = [batch(1, 9), batch(2, 9), batch(3, 30), batch(4, 1), batch(5, 9)];
    const alone: Float32Array[] = [];
    for (const each of batches) alone.push((await prepared.logits(each)).slice());
    expect(await Promise.all(batches.map((each) => prepared.logits(each)))).toEqual(alone);
    expect(new Set(alone.map(([first]) => first)).size).toBe(batches.length);
    prepared.dispose();
  });

  // Planted bugs: a step that reads the feeds of the prediction, a prediction between the two halves of a clipped step.
  test.each([undefined, 0.5])(
    'steps and logits that overlap are as one after the other, clipped by %s',
    async (clipNorm) => {
      const all = { ...settings, ...(clipNorm !== undefined && { clipNorm }) };
      const run = async (overlapping: boolean): Promise<unknown> => {
        const prepared = await engine.prepare(makeModel(), all);
        const calls = [
          () => step(prepared, 1),
          () => prepared.logits(batch(7, 5)),
          () => step(prepared, 2),
          () => step(prepared, 3, 20),
          () => prepared.logits(batch(8, 16)),
        ];
        const results: unknown[] = [];
        if (overlapping) results.push(...(await Promise.all(calls.map((call) => call()))));
        else for (const call of calls) results.push(await call());
        const weights = modelWeights(prepared.model);
        prepared.dispose();
        return { results, weights };
      };
      expect(await run(true)).toEqual(await run(false));
    },
  );

  test('a call that fails does not stop those behind it', async () => {
    const prepared = await engine.prepare(makeModel());
    const bad = { ...batch(1, 3), ids: {}, selection: undefined } as unknown as EncodedColumns;
    const [failed, right] = await Promise.allSettled([prepared.logits(bad), prepared.logits(batch(2, 3))]);
    expect(failed).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('"user"') as string },
    });
    expect(right).toMatchObject({ status: 'fulfilled' });
    prepared.dispose();
  });

  test('state is not read or set as a whole while a step runs', async () => {
    const prepared = await engine.prepare(makeModel(), settings);
    const running = step(prepared, 1);
    const calls = [
      () => prepared.optimizerState(),
      () => { prepared.setOptimizerState({}); }, // prettier-ignore
      () => { prepared.synchronize(); }, // prettier-ignore
      () => { prepared.reload(); }, // prettier-ignore
      () => modelWeights(prepared.model),
    ];
    for (const call of calls)
      expect(call).toThrow('expected no step that runs, got "1 of them"; await every step before');
    await running;
    for (const call of [calls[0], calls[2], calls[4]]) expect(call).not.toThrow();
    prepared.dispose();
  });
}

function ownershipTests(engine: StepEngine): void {
  // Planted bug that this fails for: results without a copy.
  test('results belong to the caller', async () => {
    const prepared = await engine.prepare(makeModel());
    const first = await prepared.logits(batch(1, 9));
    const kept = first.slice();
    await prepared.logits(batch(2, 9));
    expect(first).toEqual(kept);
    first.fill(7);
    expect(await prepared.logits(batch(1, 9))).toEqual(kept);
    prepared.dispose();
  });

  // Planted bug that this fails for: weights that a prediction read once and for all.
  test('a model prepared to predict sees weights that were set from outside, and those of a training', async () => {
    const model = makeModel();
    const wanted = makeModel();
    for (const { variable } of wanted.weights) variable.assign(add(mul(variable, 1.5), 0.1));
    const prepared = await engine.prepare(model);
    const before = await prepared.logits(batch(1, 9));
    setModelWeights(model, modelWeights(wanted));
    const fresh = await engine.prepare(wanted);
    const after = await prepared.logits(batch(1, 9));
    expect(after).toEqual(await fresh.logits(batch(1, 9)));
    expect(after).not.toEqual(before);
    const trained = await engine.prepare(model, settings);
    await step(trained, 1);
    trained.synchronize();
    trained.dispose();
    expect(await prepared.logits(batch(1, 9))).not.toEqual(after);
    for (const each of [prepared, fresh]) each.dispose();
  });
}

function holdTests(engine: StepEngine): void {
  test('one training at a time holds a model, and nobody predicts with it meanwhile', async () => {
    const model = makeModel();
    const predicting = await engine.prepare(model);
    const [first, second] = await Promise.allSettled([
      engine.prepare(model, settings),
      engine.prepare(model, settings),
    ]);
    const message = /expected a model deepfm that nothing trains, got "one that is being trained"; wait until/;
    expect(second).toMatchObject({ status: 'rejected', reason: { name: 'ConfigError', message: expect.stringMatching(message) as string } }); // prettier-ignore
    await expect(engine.prepare(model)).rejects.toThrow(message);
    await expect(predicting.logits(batch(1, 3))).rejects.toThrow(message);
    expect(() => { model.dispose(); }).toThrow(message); // prettier-ignore
    if (first.status !== 'fulfilled') throw first.reason;
    first.value.dispose();
    expect(await predicting.logits(batch(1, 3))).toHaveLength(3);
    (await engine.prepare(model, settings)).dispose();
    predicting.dispose();
    model.dispose();
  });

  test('weights are read as they are while a training holds the model', async () => {
    const prepared = await engine.prepare(makeModel(), settings);
    const before = modelWeights(prepared.model);
    await step(prepared, 1);
    for (const [path, { data }] of Object.entries(modelWeights(prepared.model))) {
      if (!path.startsWith('linear/user')) expect(data, path).not.toEqual(before[path].data);
    }
    prepared.dispose();
  });
}

function disposeTests(engine: StepEngine): void {
  const gone = /expected a prepared model in use, got "one that was disposed of"; prepare the model anew/;

  test('nothing runs after dispose, and nothing stays behind', async () => {
    await (await engine.prepare(makeModel())).logits(batch(1, 2)); // loads the backend
    const before = memory().numTensors;
    const model = makeModel();
    const prepared = await engine.prepare(model, settings);
    await step(prepared, 1);
    prepared.dispose();
    prepared.dispose();
    await expect(prepared.logits(batch(1, 2))).rejects.toThrow(gone);
    await expect(step(prepared, 2)).rejects.toThrow(gone);
    expect(() => prepared.optimizerState()).toThrow(gone);
    expect(() => { prepared.synchronize(); }).toThrow(gone); // prettier-ignore
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('dispose during a call lets it end and refuses those that wait', async () => {
    const model = makeModel();
    const prepared = await engine.prepare(model, settings);
    const calls = [step(prepared, 1), step(prepared, 2), prepared.logits(batch(1, 2))];
    await Promise.resolve();
    await Promise.resolve();
    prepared.dispose();
    const [running, ...waiting] = await Promise.allSettled(calls);
    expect(running).toMatchObject({ status: 'fulfilled', value: { weight: 16 } });
    for (const each of waiting)
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'ConfigError', message: expect.stringMatching(gone) as string } }); // prettier-ignore
    (await engine.prepare(model, settings)).dispose(); // the training gave the model back
  });

  test('a model that was disposed of is refused', async () => {
    const message = 'model deepfm: expected a model in use, got "one that was disposed of"; build or load it anew';
    const model = makeModel();
    const prepared = await engine.prepare(model);
    model.dispose();
    model.dispose();
    await expect(prepared.logits(batch(1, 2))).rejects.toThrow(message);
    await expect(engine.prepare(model)).rejects.toThrow(message);
    await expect(engine.prepare(model, settings)).rejects.toThrow(message);
    expect(() => modelWeights(model)).toThrow(message);
    expect(() => model.forward({})).toThrow(message);
    prepared.dispose();
  });

  test('refuses what is no model, and steps of a model that was prepared to predict', async () => {
    await expect(engine.prepare({} as never)).rejects.toThrow('model: expected a model of ctrflow, got {}');
    const prepared = await engine.prepare(makeModel());
    await expect(step(prepared, 1)).rejects.toThrow('trainStep: expected a model prepared with settings');
    prepared.dispose();
  });
}
