import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import { fittedSchema } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fit } from '../src/index';
import type { PreparedModel, StepEngine } from '../src/index';
import { addLoss } from '../src/loss-curve';
import type { LossCurve } from '../src/loss-curve';

const schema = fittedSchema({ fields: [{ name: 'x', kind: 'numeric' }], label: { column: 'click' } });

/** Rows whose value is their number. */
function dataset(numRows: number): Dataset {
  const values = Object.fromEntries(schema.slots.map(({ name }) => [name, Float32Array.from({ length: numRows }, (_, row) => row)])); // prettier-ignore
  const rows: EncodedColumns = { numRows, ids: {}, lists: {}, values, targets: { label: new Float32Array(numRows) } };
  return {
    schema,
    train: rowsInMemory(rows),
    summary: {
      ...{ sources: [], dropped: {}, seconds: 0, reused: false, positiveRate: { train: 0 } },
      numRows: { read: numRows, train: numRows, valid: 0, test: 0 },
    },
  };
}

interface Step {
  readonly rows: readonly number[];
  readonly loss: number;
  readonly weight: number;
}

/** An engine that trains nothing: the loss of a step is its number, the weight the sum of the row numbers and one more. */
function watchingEngine(steps: Step[]): StepEngine {
  const prepare: StepEngine['prepare'] = (model) =>
    Promise.resolve<PreparedModel>({
      model,
      engine: 'watching',
      trainStep: ({ values }, { step }) => {
        const rows = Array.from(values.x);
        const made = { rows, loss: step, weight: rows.reduce((sum, row) => sum + row, 1) };
        steps.push(made);
        return Promise.resolve(made);
      },
      outputs: ({ numRows }) => Promise.resolve({ logit: { data: new Float32Array(numRows), shape: [numRows, 1] } }),
      logits: () => Promise.reject(new Error('not asked for')),
      optimizerState: () => ({}),
      setOptimizerState: () => undefined,
      synchronize: () => undefined,
      reload: () => undefined,
      dispose: () => undefined,
    });
  return { name: 'watching', prepare };
}

// Fails for: every epoch in the same order, the last batch of an epoch dropped, an epoch's loss as the mean of its batches, sums that go on into the next epoch.
test('an epoch has every row once, in an order of its own, and its loss is the mean weighted by the batches', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20, max: 40 }), fc.integer({ min: 3, max: 9 }), async (numRows, batchSize) => {
      const steps: Step[] = [];
      const model = lr(schema);
      const { history } = await fit(model, dataset(numRows), { epochs: 3, batchSize, engine: watchingEngine(steps) });
      model.dispose();
      const perEpoch = Math.ceil(numRows / batchSize);
      expect(steps).toHaveLength(3 * perEpoch);
      const orders = [0, 1, 2].map((epoch) => steps.slice(epoch * perEpoch, (epoch + 1) * perEpoch));
      orders.forEach((ofEpoch, epoch) => {
        const seen = ofEpoch.flatMap(({ rows }) => rows);
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: numRows }, (_, row) => row));
        const weight = ofEpoch.reduce((sum, step) => sum + step.weight, 0);
        const loss = ofEpoch.reduce((sum, step) => sum + step.loss * step.weight, 0) / weight;
        expect(history[epoch].trainLoss).toBeCloseTo(loss, 9);
      });
      expect(new Set(orders.map((ofEpoch) => JSON.stringify(ofEpoch.map(({ rows }) => rows)))).size).toBe(3);
    }),
    { numRuns: 15, seed: 5 },
  );
});

// Fails for: points that are not evenly spaced, a curve that grows for ever, one that is thinned to nothing.
test('the loss curve of a long training has at most 1000 points, evenly spaced', () => {
  const curve: LossCurve = { every: 1, points: [] };
  for (let step = 1; step <= 10_000; step++) {
    addLoss(curve, step, 1 / step);
    expect(curve.points.length).toBeLessThanOrEqual(1000);
    if (step === 1000) expect(curve.points).toHaveLength(1000);
  }
  const { every, points } = curve;
  expect(points).toEqual(Array.from({ length: points.length }, (_, i) => ({ step: (i + 1) * every, loss: 1 / ((i + 1) * every) }))); // prettier-ignore
  expect(points.length).toBe(Math.floor(10_000 / every));
  expect(points.length).toBeGreaterThan(500);
});
