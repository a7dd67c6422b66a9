import '@tensorflow/tfjs-backend-cpu';
import { foldIn, normalAt, randomKey, uniformAt } from '@ctrflow/core';
import { deepFM } from '@ctrflow/deepfm';
import type { EncodedColumns } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { takeRows } from '@ctrflow/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiledEngine, eagerEngine, sgd } from '../src/index';
import type { StepEngine, StepSettings } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'item', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
});

const RATE = 0.5;
const settings: StepSettings = {
  optimizer: sgd(RATE),
  tableOptimizer: { kind: 'sgd' },
  l2: { net: 0, embedding: 0 },
  key: randomKey(1),
};

const engines: readonly (readonly [string, () => StepEngine])[] = [
  ['eager', () => eagerEngine()],
  ['compiled', () => compiledEngine({ threads: 1 })],
];

function batchOf(seed: number, numRows: number, weight?: Float32Array): EncodedColumns {
  const encoded = schema.encode(randomColumns(schema.spec, numRows, seed));
  return weight === undefined ? encoded : { ...encoded, weight };
}

type Weights = Readonly<Record<string, Float32Array>>;

/** A model whose weights are all random. */
function random(model: CtrModel, seed: number): CtrModel {
  const entries = Object.entries(modelWeights(model)).map(([path, { shape, data }]) => {
    const key = foldIn(randomKey(seed), path);
    return [path, { shape, data: Float32Array.from(data, (_, i) => 0.7 * normalAt(key, i)) }] as const;
  });
  setModelWeights(model, Object.fromEntries(entries));
  return model;
}

function weightsOf(model: CtrModel): Weights {
  return Object.fromEntries(Object.entries(modelWeights(model)).map(([path, { data }]) => [path, data as Float32Array])); // prettier-ignore
}

/** Weights before and after one step of SGD. */
async function oneStep(model: CtrModel, engine: StepEngine, batch: EncodedColumns, changed: Partial<StepSettings>) {
  const before = weightsOf(model);
  const prepared = await engine.prepare(model, { ...settings, ...changed });
  const { loss, weight } = await prepared.trainStep(batch, { step: 1, learningRate: RATE });
  prepared.synchronize();
  const after = weightsOf(model);
  prepared.dispose();
  model.dispose();
  return { before, after, loss, weight };
}

/** Gradients of LR in float64 from its definition: weighted mean log loss, and `l2 w` for the rows that the batch has. */
function gradientsOfLR(
  { 'linear/bias': [bias], 'linear/numeric': numeric, ...tables }: Weights,
  { numRows, ids, values, targets }: EncodedColumns,
  rowWeight: (row: number) => number,
  l2: number,
) {
  const gradients = {
    'linear/bias': new Float64Array(1),
    'linear/numeric': Float64Array.from(numeric, (w) => l2 * w),
    'linear/user': new Float64Array(tables['linear/user'].length),
    'linear/item': new Float64Array(tables['linear/item'].length),
  };
  const seen = { user: new Set<number>(), item: new Set<number>() };
  let [loss, total] = [0, 0];
  for (let row = 0; row < numRows; row++) total += rowWeight(row);
  for (let row = 0; row < numRows; row++) {
    const numbers = [values.age[row], values['age:missing'][row]];
    let z = bias + numbers[0] * numeric[0] + numbers[1] * numeric[1];
    for (const field of ['user', 'item'] as const) z += tables[`linear/${field}`][ids[field][row]];
    const share = rowWeight(row) / total;
    const error = share * (1 / (1 + Math.exp(-z)) - targets!.label[row]);
    loss += share * (Math.max(z, 0) - z * targets!.label[row] + Math.log1p(Math.exp(-Math.abs(z))));
    gradients['linear/bias'][0] += error;
    numbers.forEach((x, i) => (gradients['linear/numeric'][i] += error * x));
    for (const field of ['user', 'item'] as const) {
      const id = ids[field][row];
      if (id === 0) continue; // padding takes no gradient
      gradients[`linear/${field}`][id] += error;
      seen[field].add(id);
    }
  }
  for (const field of ['user', 'item'] as const)
    for (const id of seen[field]) gradients[`linear/${field}`][id] += l2 * tables[`linear/${field}`][id];
  return { gradients, loss };
}

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  numRows: fc.integer({ min: 2, max: 40 }),
  weighted: fc.boolean(),
  classWeights: fc.option(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), { nil: undefined }),
  l2: fc.constantFrom(0, 0.25),
  clipNorm: fc.option(fc.constantFrom(1e-3, 0.05, 0.3, 100), { nil: undefined }),
});

// Planted bugs that this fails for: class weights swapped or not in the mean's divisor, a norm without tables, without decay, of rows that are not summed, a
// decay that is not clipped, clipping below the threshold.
test.each(engines)(
  'one step is that of the float64 gradient: weights, classes, decay, clipping; %s',
  async (_, engine) => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, numRows, weighted, classWeights, l2, clipNorm }) => {
        const key = randomKey(seed);
        const weights = Float32Array.from({ length: numRows }, (_, i) => (weighted ? 0.1 + uniformAt(key, i) : 1));
        const batch = batchOf(seed, numRows, weighted ? weights : undefined);
        const changed = {
          tableOptimizer: { kind: 'sgd', l2 } as const,
          l2: { net: 0, embedding: l2 },
          ...(classWeights && { classWeights }),
          ...(clipNorm !== undefined && { clipNorm }),
        };
        const { before, after, loss, weight } = await oneStep(random(lr(schema), seed), engine(), batch, changed);
        const rowWeight = (row: number): number => weights[row] * (classWeights?.[batch.targets!.label[row]] ?? 1);
        const wanted = gradientsOfLR(before, batch, rowWeight, l2);
        const squares = Object.values(wanted.gradients).flatMap((gradient) => [...gradient].map((g) => g * g));
        const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
        const scale = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
        // A gradient is a sum of at most 40 terms of size 1 (or 4 for a number), each of some 20 roundings.
        const bound = 800 * 4 * 2 ** -24;
        expect(Math.abs(loss - wanted.loss)).toBeLessThan(bound * 4);
        expect(weight).toBeCloseTo(
          batch.targets!.label.reduce((sum, _, row) => sum + rowWeight(row), 0),
          4,
        );
        for (const [path, gradient] of Object.entries(wanted.gradients)) {
          gradient.forEach((g, i) => {
            const step = before[path][i] - RATE * scale * g;
            expect(Math.abs(after[path][i] - step), `${path}[${i}]`).toBeLessThan(RATE * scale * bound + Math.abs(step) * 2 ** -23); // prettier-ignore
          });
        }
      }),
      { numRuns: 40, seed: 3 },
    );
  },
);

/** Row i of the batch `counts[i]` times, each of weight 1. */
function replicated(batch: EncodedColumns, counts: readonly number[]): EncodedColumns {
  return takeRows(batch, Uint32Array.from(counts.flatMap((count, row) => Array<number>(count).fill(row))));
}

// Fails when the loss is divided by the number of rows, when the weights miss a row gradient, when a row of weight 0 decays nothing or everything.
test.each(engines)('a whole sample weight is so many copies of the row: DeepFM, %s', async (_, engine) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 12 }),
      async (seed, counts) => {
        fc.pre(counts.some((count) => count > 0));
        const make = (): CtrModel => random(deepFM(schema, { embeddingDim: 3, hiddenUnits: [5] }), seed);
        const batch = batchOf(seed, counts.length);
        const weighted = { ...batch, weight: Float32Array.from(counts) };
        const one = await oneStep(make(), engine(), weighted, {});
        const many = await oneStep(make(), engine(), replicated(batch, counts), {});
        expect(one.weight).toBe(many.weight);
        expect(Math.abs(one.loss - many.loss)).toBeLessThan(1e-5 * Math.max(1, many.loss));
        for (const [path, values] of Object.entries(many.after)) {
          const scale = Math.max(...values.map(Math.abs), 1);
          values.forEach((value, i) => {
            expect(Math.abs(value - one.after[path][i]), `${path}[${i}]`).toBeLessThan(scale * 48 * 30 * 2 ** -24);
          });
        }
      },
    ),
    { numRuns: 25, seed: 5 },
  );
});
