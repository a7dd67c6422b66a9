import '@tensorflow/tfjs-backend-cpu';
import { memory, tensor } from '@tensorflow/tfjs-core';
import { randomKey, uniformAt } from '@ctrflow/core';
import { Feeder } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import type { EncodedColumns, SchemaSpec } from '@ctrflow/features';
import { expect, test } from 'vitest';
import { deepFM } from '../src/index';

const spec: SchemaSpec = {
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'item', kind: 'hashed', numBuckets: 10 },
    { name: 'history', kind: 'sequence', shareTable: 'user', maxLength: 3 },
  ],
  label: { column: 'click' },
};

/** Plain float64 loops over rows, fields and units: no tensors. */
function oracle(model: CtrModel, batch: EncodedColumns, hidden: readonly number[]): number[] {
  const weight = (path: string): Float32Array =>
    model.weights.find((candidate) => candidate.path === path)?.variable.dataSync<'float32'>() ?? new Float32Array();
  const row = (group: string, table: string, id: number): Float32Array => {
    const found = model.groups.find(({ name }) => name === group);
    return found?.weights(table).slice(id * found.dim, (id + 1) * found.dim) ?? new Float32Array();
  };
  const vectors = (b: number, path: string, dim: number, pool: 'mean' | 'sum'): number[][] => {
    const of = (table: string, id: number): number[] => Array.from(row(path, table, id));
    const numbers = ['age', 'age:missing'].map((name, k) =>
      Array.from({ length: dim }, (_, d) => batch.values[name][b] * weight(`${path}/numeric`)[k * dim + d]),
    );
    const { offsets, ids } = batch.lists.history;
    const entries = Array.from(ids.slice(offsets[b], offsets[b + 1]), (id) => of('user', id));
    const pooled = Array.from({ length: dim }, (_, d) => {
      const sum = entries.reduce((total, entry) => total + entry[d], 0);
      return pool === 'mean' ? sum / Math.max(entries.length, 1e-12) : sum;
    });
    return [of('user', batch.ids.user[b]), of('item', batch.ids.item[b]), ...numbers, pooled];
  };
  return Array.from({ length: batch.numRows }, (_, b) => {
    const linear = vectors(b, 'linear', 1, 'sum').reduce((sum, [w]) => sum + w, weight('linear/bias')[0]);
    const e = vectors(b, 'embedding', 4, 'mean');
    let fm = 0;
    for (let i = 0; i < e.length; i++)
      for (let j = i + 1; j < e.length; j++) for (let d = 0; d < 4; d++) fm += e[i][d] * e[j][d];
    let x = e.flat();
    [...hidden, 1].forEach((units, layer) => {
      const name = layer === hidden.length ? 'deep/output' : `deep/dense_${layer + 1}`;
      const [kernel, bias] = [weight(`${name}/kernel`), weight(`${name}/bias`)];
      const y = Array.from({ length: units }, (_, h) =>
        x.reduce((sum, value, k) => sum + value * kernel[k * units + h], bias[h]),
      );
      x = layer === hidden.length ? y : y.map((value) => Math.max(0, value));
    });
    return linear + fm + x[0];
  });
}

// Planted bugs that this fails for: F(F+1)/2 pairs, mean pooling in the linear term, fields in another order for the MLP.
test('logits follow the float64 oracle of the paper', () => {
  const schema = fittedSchema(spec);
  const model = deepFM(schema, { embeddingDim: 4, hiddenUnits: [8, 5], embeddingStdDev: 0.5 });
  const batch = schema.encode(randomColumns(spec, 17, 3));
  for (const { path, variable } of model.weights) {
    variable.assign(
      tensor(
        Float32Array.from({ length: variable.size }, (_, i) => uniformAt(randomKey(path), i) - 0.5),
        variable.shape,
      ),
    );
  }
  const feeds = Object.fromEntries(
    Object.entries(new Feeder(model).feed(batch)).map(([name, { data, shape }]) => [name, tensor(data, [...shape])]),
  );
  const before = memory().numTensors;
  const logits = model.forward(feeds);
  expect(memory().numTensors).toBe(before + 1);
  const exact = oracle(model, batch, [8, 5]);
  // About 40 products of magnitude below 4 a logit, each rounded: 40 * 4 * 2^-24 * 4.
  logits.dataSync().forEach((value, b) => {
    expect(Math.abs(value - exact[b])).toBeLessThan(640 * 2 ** -24);
  });
});

test('weights are named by their path, and building twice gives the same ones', () => {
  const schema = fittedSchema(spec);
  const build = (): CtrModel => deepFM(schema, { embeddingDim: 4, hiddenUnits: [8], batchNorm: true, dropout: 0.1 });
  const [one, other] = [build(), build()];
  expect(one.weights.map(({ path }) => path)).toEqual([
    'embedding/numeric',
    'linear/numeric',
    'linear/bias',
    'deep/dense_1/kernel',
    'deep/dense_1/bias',
    'deep/batch_norm_1/gamma',
    'deep/batch_norm_1/beta',
    'deep/batch_norm_1/moving_mean',
    'deep/batch_norm_1/moving_variance',
    'deep/output/kernel',
    'deep/output/bias',
  ]);
  one.weights.forEach(({ path, variable }, i) => {
    expect(other.weights[i].path).toBe(path);
    expect(other.weights[i].variable.dataSync()).toEqual(variable.dataSync());
  });
});

/** Ten fields whose distinct values add up to Frappe's 5,379. */
const cardinalities = [957, 4082, 7, 7, 2, 3, 9, 80, 231, 1];

test.each([
  ['FuxiCTR 1.x: one reserved row, no linear bias', 1, false, 423_280],
  ['FuxiCTR 2.x: padding and unknown row, linear bias', 2, true, 423_281 + 10 * 11],
  ['ctrflow', 'reserved', true, 423_281 + 10 * 11],
] as const)('parameters at Frappe size, %s', (_, reserved, linearBias, count) => {
  const fields = cardinalities.map((size, i) => ({
    name: `f${i}`,
    kind: 'categorical' as const,
    identity: reserved === 'reserved' ? size : size + reserved,
    reservedRows: reserved === 'reserved',
  }));
  const model = deepFM(fittedSchema({ fields }, 1), { embeddingDim: 10, batchNorm: true, dropout: 0.2, linearBias });
  expect(model.numParameters).toBe(count);
});

test('bad options are refused with what to do', () => {
  const schema = fittedSchema(spec);
  expect(() => deepFM(schema, { hiddenUnits: [] })).toThrow(
    'deepfm: expected one hidden layer or more for hiddenUnits, got []',
  );
  expect(() => deepFM(schema, { hidenUnits: [3] } as never)).toThrow('did you mean "hiddenUnits"?');
  expect(() => deepFM({} as never)).toThrow('deepfm: expected a fitted schema');
});
