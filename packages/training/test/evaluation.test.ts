import '@tensorflow/tfjs-backend-cpu';
import { rowsInBlocks, rowsInMemory, sliceColumns } from '@ctrflow/data';
import type { RowSource } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import type { EncodedColumns } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate, metricsOf, predict, scoreRows } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'tags', kind: 'multi-hot' },
  ],
  label: { column: 'click' },
});
const model = deepFM(schema, { embeddingDim: 3, hiddenUnits: [6], embeddingStdDev: 0.5 });

function columns(numRows: number): EncodedColumns {
  const encoded = schema.encode(randomColumns(schema.spec, numRows, 11));
  const weight = Float32Array.from({ length: numRows }, (_, i) => 0.5 + (i % 5) / 4);
  const group = Float64Array.from({ length: numRows }, (_, i) => i % 7);
  return { ...encoded, weight, group };
}

/** The same rows, kept in blocks of these sizes and read when they are needed. */
function inBlocks(whole: EncodedColumns, cuts: readonly number[]): RowSource {
  const edges = [0, ...new Set(cuts.filter((cut) => cut > 0 && cut < whole.numRows)), whole.numRows].sort((a, b) => a - b); // prettier-ignore
  const numRows = edges.slice(1).map((edge, i) => edge - edges[i]);
  const read = (block: number) => Promise.resolve(sliceColumns(whole, edges[block], edges[block + 1]));
  return rowsInBlocks({ numRows, targets: ['label'], read }, 50);
}

/** Log loss, Brier and AUC by their definitions: pairs, no sorting. */
function metricsByDefinition(labels: ArrayLike<number>, logits: ArrayLike<number>, weights: ArrayLike<number>) {
  let [total, loss, squares, pairs, ordered] = [0, 0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const p = 1 / (1 + Math.exp(-logits[i]));
    total += weights[i];
    loss -= weights[i] * Math.log(labels[i] === 1 ? p : 1 - p);
    squares += weights[i] * (p - labels[i]) ** 2;
    for (let k = 0; k < labels.length; k++) {
      if (labels[i] !== 1 || labels[k] !== 0) continue;
      pairs += weights[i] * weights[k];
      ordered += weights[i] * weights[k] * (logits[i] > logits[k] ? 1 : logits[i] === logits[k] ? 0.5 : 0);
    }
  }
  return { logLoss: loss / total, brier: squares / total, auc: ordered / pairs };
}

// Planted bugs that this fails for: a chunk that overwrites the one before, weights or groups of the first chunk only, a last chunk that is dropped or padded.
test('an evaluation in chunks, from blocks, is the one of all rows in memory', async () => {
  const whole = columns(157);
  const wanted = await scoreRows(model, rowsInMemory(whole), { batchSize: 157 });
  const metrics = await evaluate(model, rowsInMemory(whole), { batchSize: 157 });
  const byDefinition = metricsByDefinition(whole.targets!.label, wanted.logits, whole.weight!);
  for (const [name, value] of Object.entries(byDefinition)) expect(metrics[name]).toBeCloseTo(value, 10);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 156 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 200 }),
      async (cuts, batchSize) => {
        const rows = inBlocks(whole, cuts);
        const done: number[] = [];
        const scored = await scoreRows(model, rows, { batchSize, onProgress: (count) => done.push(count) });
        expect(scored.labels).toEqual(wanted.labels);
        expect(scored.weights).toEqual(wanted.weights);
        expect(scored.groups).toEqual(wanted.groups);
        // A row's logit is a sum of at most 60 products of sizes below 2; only their order may differ with the number of rows.
        scored.logits.forEach((logit, i) => {
          expect(Math.abs(logit - wanted.logits[i])).toBeLessThan(60 * 2 * 2 ** -22);
        });
        expect(done.at(-1)).toBe(157);
        expect(done).toHaveLength(Math.ceil(157 / batchSize));
        const chunks: Float64Array[] = [];
        for await (const chunk of predict(model, rows, { batchSize })) chunks.push(chunk);
        expect(Float64Array.from(chunks.flatMap((chunk) => [...chunk]))).toEqual(scored.probabilities);
        expect(await evaluate(model, inBlocks(whole, cuts), { batchSize })).toEqual(
          await evaluate(model, rowsInMemory(whole), { batchSize }),
        );
      },
    ),
    { numRuns: 12, seed: 2 },
  );
});

const probabilitiesOf = async (options: Parameters<typeof predict>[2]): Promise<number[]> => {
  const found: number[] = [];
  for await (const chunk of predict(model, rowsInMemory(columns(40)), options)) found.push(...chunk);
  return found;
};

// Planted bugs that this fails for: a rate that the model keeps and that scoring, metrics or prediction leave out; the shift upside down; a rate that counts twice.
test.each([1, 0.5, 0.1, 1e-3])(
  'probabilities of a model that learnt from %s of the negatives are those of all rows',
  async (rate) => {
    const rows = rowsInMemory(columns(40));
    const plain = await scoreRows(model, rows);
    model.negativeKeepRate = rate;
    const scored = await scoreRows(model, rows);
    const byDefault = await probabilitiesOf({});
    const metrics = await evaluate(model, rows);
    model.negativeKeepRate = 1;
    // He et al. 2014, section 6.3: q = p / (p + (1 - p) / w), w being the rate.
    const corrected = Array.from(plain.logits, (logit) => {
      const p = 1 / (1 + Math.exp(-logit));
      return p / (p + (1 - p) / rate);
    });
    // The logit is shifted in float32: 2^-24 of its size, at most 16, and p changes by at most p (1 - p) times that.
    corrected.forEach((p, i) => {
      expect(Math.abs(scored.probabilities[i] - p)).toBeLessThan(16 * 2 ** -24 * p + 1e-15);
      expect(Math.abs(byDefault[i] - p)).toBeLessThan(16 * 2 ** -24 * p + 1e-15);
    });
    const logits = corrected.map((p) => Math.log(p / (1 - p)));
    const byDefinition = metricsByDefinition(scored.labels, logits, scored.weights!);
    expect(metrics.logLoss).toBeCloseTo(byDefinition.logLoss, 5);
    expect(metrics.brier).toBeCloseTo(byDefinition.brier, 5);
    expect(await probabilitiesOf({ negativeKeepRate: rate })).toEqual(byDefault); // said, not kept by the model
  },
);

test.each([0, -1, NaN, 1.5, '0.5'])('a rate of %s is refused', async (rate) => {
  const rows = rowsInMemory(columns(4));
  const wrong = { negativeKeepRate: rate as number };
  const message = /expected a number in \(0, 1\] for negativeKeepRate, got/;
  await expect(scoreRows(model, rows, wrong)).rejects.toThrow(message);
  await expect(probabilitiesOf(wrong)).rejects.toThrow(message);
  model.negativeKeepRate = rate as number;
  await expect(evaluate(model, rows)).rejects.toThrow(message);
  await expect(probabilitiesOf({})).rejects.toThrow(message);
  model.negativeKeepRate = 1;
});

// Planted bug that this fails for: rows without a group as a group of their own.
test('rows without a group have no part in GAUC', () => {
  const labels = Float32Array.of(1, 0, 1, 0, 1, 0, 0);
  const logits = Float32Array.of(2, 1, 0, 1, -3, 3, 0.5);
  const probabilities = Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  // Group 1 has a right pair, group 2 two wrong ones; the rows without a group have a wrong one.
  const groups = Float64Array.of(1, 1, 2, 2, NaN, NaN, 2);
  expect(metricsOf({ labels, logits, probabilities, groups }).gauc).toBeCloseTo((2 * 1 + 3 * 0) / 5, 12);
  const none = groups.map(() => NaN);
  expect(metricsOf({ labels, logits, probabilities, groups: none }).gauc).toBeNaN();
  const weights = Float32Array.of(1, 2, 3, 1, 1, 1, 0);
  expect(metricsOf({ labels, logits, probabilities, groups, weights }).gauc).toBeCloseTo((3 * 1 + 4 * 0) / 7, 12);
});
