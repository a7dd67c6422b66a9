import '@tensorflow/tfjs-backend-cpu';
import { rowsInBlocks, rowsInMemory, sliceColumns } from '@ctrflow/data';
import type { RowSource } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import type { EncodedColumns } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate, predict, scoreRows } from '../src/index';

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
  return rowsInBlocks({ numRows, hasLabel: true, read }, 50);
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
  const byDefinition = metricsByDefinition(whole.label!, wanted.logits, whole.weight!);
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

test('kept negatives shift every logit by ln(rate)', async () => {
  const rows = rowsInMemory(columns(40));
  const plain = await scoreRows(model, rows);
  const shifted = await scoreRows(model, rows, { negativeKeepRate: 0.25 });
  shifted.logits.forEach((logit, i) => {
    expect(Math.abs(logit - (plain.logits[i] + Math.log(0.25)))).toBeLessThan(8 * 2 ** -24);
  });
  shifted.probabilities.forEach((p, i) => {
    const odds = plain.probabilities[i] / (1 - plain.probabilities[i]);
    expect(p / (1 - p)).toBeCloseTo(odds * 0.25, 5);
  });
});
