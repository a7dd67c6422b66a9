import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { lr } from '@ctrflow/lr';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, textColumn } from '@ctrflow/testkit';
import { tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adam, fit } from '../src/index';
import type { PreparedModel, StepEngine } from '../src/index';

const schema = fittedSchema({ fields: [{ name: 'x', kind: 'categorical' }], label: { column: 'click' } });

const rows = (labels: readonly string[]) =>
  rowsInMemory(
    schema.encode({
      numRows: labels.length,
      columns: { x: textColumn(labels.map(() => 'v1')), click: textColumn(labels) },
    }),
  );

/** Two steps an epoch; five validation rows of each label. */
const numRows = { read: 14, train: 4, valid: 10, test: 0 };
const data: Dataset = {
  schema,
  train: rows(['0', '1', '0', '1']),
  valid: rows(['1', '1', '1', '1', '1', '0', '0', '0', '0', '0']),
  summary: { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false },
};

/** Steps write their number into the bias; evaluations give the levels one after the other: `level / 5` is the AUC, and the log loss falls with it. */
function scriptedEngine(levels: readonly number[], rates: number[]): StepEngine {
  let evaluations = 0;
  const prepare = (model: CtrModel): Promise<PreparedModel> =>
    Promise.resolve({
      model,
      engine: 'scripted',
      trainStep: (_, { step, learningRate }) => {
        rates.push(learningRate);
        bias(model).assign(tensor([step], bias(model).shape));
        return Promise.resolve({ loss: 0.5, weight: 2 });
      },
      outputs: () => {
        const level = levels[evaluations++] ?? 0;
        const negatives = Array.from({ length: 5 }, (_, k) => (k < level ? -1 : 1));
        const data = Float32Array.from([0, 0, 0, 0, 0, ...negatives]);
        return Promise.resolve({ logit: { data, shape: [10, 1] } });
      },
      logits: () => Promise.reject(new Error('not asked for')),
      optimizerState: () => ({}),
      setOptimizerState: () => undefined,
      synchronize: () => undefined,
      reload: () => undefined,
      dispose: () => undefined,
    });
  return { name: 'scripted', prepare };
}

function bias(model: CtrModel) {
  return model.weights.find(({ path }) => path === 'linear/bias')!.variable;
}

/** What should happen, in plain loops. */
function simulate(levels: readonly number[], patience: number, epochs: number) {
  let [best, bestEpoch, bad, plateaus] = [-1, 0, 0, 0];
  const rates: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = Math.max(0.125, 0.5 ** plateaus);
    rates.push(rate, rate);
    if (levels[epoch - 1] > best) [best, bestEpoch, bad] = [levels[epoch - 1], epoch, 0];
    else {
      bad++;
      plateaus++;
    }
    if (bad === patience) return { stopped: 'early-stopping', epochs: epoch, bestEpoch, rates };
  }
  return { stopped: 'epochs', epochs, bestEpoch, rates };
}

// Planted bugs that this fails for: `>=` for better, a count of bad epochs that is not set back, a plateau that is forgotten after an improvement, the wrong
// direction for losses, the last weights instead of the best ones.
test.each(['auc', 'logLoss'])(
  'stops, lowers the rate and keeps the best weights as plain loops do: %s',
  async (monitor) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        async (levels, patience, epochs) => {
          const rates: number[] = [];
          const model = lr(schema);
          const result = await fit(model, data, {
            ...{ epochs, patience, monitor, batchSize: 2, optimizer: adam(1) },
            schedule: { kind: 'plateau', factor: 0.5, minFactor: 0.125 },
            engine: scriptedEngine(levels, rates),
          });
          const { stopped, epochs: done, bestEpoch, history, valid } = result;
          expect({ stopped, epochs: done, bestEpoch, rates }).toEqual(simulate(levels, patience, epochs));
          expect(history.map((record) => Math.round(5 * record.valid!.auc))).toEqual(levels.slice(0, done));
          expect(valid).toEqual(history[bestEpoch - 1].valid);
          expect(bias(model).dataSync()[0]).toBe(2 * bestEpoch);
          model.dispose();
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  },
);

test('a callback can stop it after an epoch', async () => {
  const onEpochEnd = ({ epoch }: { readonly epoch: number }) => (epoch === 2 ? ('stop' as const) : undefined);
  const model = lr(schema);
  const result = await fit(model, data, {
    epochs: 9,
    engine: scriptedEngine([1, 2, 3], []),
    callbacks: [{ onEpochEnd }],
  });
  expect(result).toMatchObject({ epochs: 2, bestEpoch: 2, stopped: 'early-stopping' });
});

test('a cosine without totalSteps comes down over all steps of the training', async () => {
  const rates: number[] = [];
  const model = lr(schema);
  const engine = scriptedEngine([1, 2, 3], rates);
  await fit(model, data, { epochs: 3, batchSize: 2, optimizer: adam(1), schedule: { kind: 'cosine' }, engine });
  expect(rates).toHaveLength(6);
  rates.forEach((rate, t) => {
    expect(rate).toBeCloseTo((1 + Math.cos((Math.PI * t) / 6)) / 2, 12);
  });
});
