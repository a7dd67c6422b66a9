import '@tensorflow/tfjs-backend-cpu';
import { tensor2d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binaryCrossEntropy } from '@ctrflow/losses';
import { adam } from '@ctrflow/model-kit';
import { lossPort, turnLoss } from '../src/step-loss';
import type { Turn } from '../src/turns';

const rows = fc.array(
  fc.record({
    logit: fc.integer({ min: -64, max: 64 }).map((n) => n / 8),
    label: fc.constantFrom(0, 1),
    weight: fc.integer({ min: 0, max: 16 }).map((n) => n / 4),
    first: fc.integer({ min: 0, max: 64 }).map((n) => n / 8),
    second: fc.integer({ min: 0, max: 64 }).map((n) => n / 8),
  }),
  { minLength: 1, maxLength: 12 },
);

const turn: Turn = {
  name: 'click',
  objectives: [{ name: 'click', loss: binaryCrossEntropy({ target: 'click' }) }],
  optimizer: adam(1e-3),
  every: 1,
  weights: [],
  rowFeeds: [],
  isFirst: true,
  isAlone: true,
};

// Fails when a model's own losses are averaged without the weights of the rows, over the number of rows, or when only the first of them counts.
test('the loss of a step is the weighted mean, over the rows, of the cross-entropy and the model’s own losses', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 2 }), (batch, numOwn) => {
      fc.pre(batch.some(({ weight }) => weight > 0));
      let [total, wanted, size] = [0, 0, 0];
      for (const { logit, label, weight, first, second } of batch) {
        const crossEntropy = Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit)));
        const ofRow = crossEntropy + (numOwn > 0 ? first : 0) + (numOwn > 1 ? second : 0);
        wanted += weight * ofRow;
        size += weight * ofRow;
        total += weight;
      }
      const column = (of: (row: (typeof batch)[number]) => number) => tensor2d(batch.map((row) => [of(row)]));
      const own = [column(({ first }) => first), column(({ second }) => second)].slice(0, numOwn);
      const losses = Object.fromEntries(own.map((loss, i) => [`own_${i}`, loss]));
      const [label, weight] = [column((row) => row.label), column((row) => row.weight)];
      const columns = {
        [lossPort.target('click')]: label,
        [lossPort.targetWeight('click')]: weight,
        [lossPort.rowWeight]: weight,
      };
      const step = { outputs: { logit: column(({ logit }) => logit) }, losses };
      const { total: loss } = turnLoss(turn, step, [{ name: 'click', kind: 'binary' }], columns);
      // All terms are >= 0: 6 roundings of each, a sum of at most 12, two quotients; exp and log of tfjs are good to some units of the last place.
      expect(Math.abs(loss.dataSync()[0] - wanted / total)).toBeLessThanOrEqual((40 * 2 ** -24 * size) / total);
    }),
    { numRuns: 200, seed: 21 },
  );
});
