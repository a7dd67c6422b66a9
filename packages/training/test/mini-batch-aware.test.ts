import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { fm } from '@ctrflow/fm';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { compiledEngine, eagerEngine, fit, sgd } from '../src/index';
import type { StepEngine } from '../src/index';

const RATE = 0.5;
const LAMBDA = 0.25;

// A field and a history that share a table: both count.
const schema = fittedSchema({
  fields: [
    { name: 'item', kind: 'categorical' },
    { name: 'user', kind: 'categorical' },
    { name: 'items', kind: 'sequence', shareTable: 'item', maxLength: 3 },
  ],
  label: { column: 'click' },
});
const rows = schema.encode(randomColumns(schema.spec, 9, 4));
const numRows = { read: 9, train: 9, valid: 0, test: 0 };
const data: Dataset = {
  schema,
  train: rowsInMemory(rows),
  summary: { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false },
};

const newModel = (): CtrModel => fm(schema, { embeddingDim: 3, embeddingStdDev: 0.5 });

type Weights = Readonly<Record<string, Float32Array>>;

/** All weights, before a training (`epochs` 0) or after epochs of one step of SGD each. */
async function weightsAfter(engine: StepEngine, epochs: number, miniBatchAware: number): Promise<Weights> {
  const model = newModel();
  const options = { epochs, batchSize: 16, engine, optimizer: sgd(RATE), tableOptimizer: { kind: 'sgd' } } as const;
  if (epochs > 0) await fit(model, data, { ...options, l2: { miniBatchAware } });
  const weights = Object.entries(modelWeights(model)).map(([path, { data: values }]) => [path, values as Float32Array]);
  model.dispose();
  return Object.fromEntries(weights) as Weights;
}

/** How often each row of a table occurs, counted entry by entry. */
function occurrences(table: 'item' | 'user'): number[] {
  const entries = table === 'user' ? [...rows.ids.user] : [...rows.ids.item, ...rows.lists.items.ids];
  return Array.from({ length: 8 }, (_, id) => entries.filter((entry) => entry === id).length);
}

// Planted bugs that this fails for: n of the batch's distinct rows or of one field only, all rows of a table decayed, dense weights decayed, 2 lambda.
test.each([
  ['eager', () => eagerEngine()],
  ['compiled', () => compiledEngine({ threads: 1 })],
] as const)('rows of a batch decay by lambda / n, all others not at all: %s', async (_, engine) => {
  const before = await weightsAfter(engine(), 0, 0);
  const plain = await weightsAfter(engine(), 1, 0);
  const decayed = await weightsAfter(engine(), 1, LAMBDA);
  expect(occurrences('item')).toContain(0);
  for (const [path, values] of Object.entries(plain)) {
    const [group, table] = path.split('/');
    const dim = group === 'embedding' ? 3 : 1;
    const counts = table === 'item' || table === 'user' ? occurrences(table) : undefined;
    values.forEach((value, i) => {
      const n = counts?.[Math.floor(i / dim)] ?? 0;
      const expected = n === 0 ? value : value - ((RATE * LAMBDA) / n) * before[path][i];
      expect(Math.abs(decayed[path][i] - expected), `${path}[${i}]`).toBeLessThanOrEqual(n === 0 ? 0 : 4 * 2 ** -24);
    });
  }
});

// Planted bug that this fails for: a decay that stays with the tables of a model when its training is over.
test('a training without it leaves nothing of the one before', async () => {
  const [once, twice] = [newModel(), newModel()];
  const options = { epochs: 1, batchSize: 16, engine: eagerEngine(), tableOptimizer: { kind: 'sgd' } } as const;
  await fit(twice, data, { ...options, optimizer: sgd(0), l2: { miniBatchAware: LAMBDA } });
  for (const model of [once, twice]) await fit(model, data, { ...options, optimizer: sgd(RATE) });
  expect(modelWeights(twice)).toEqual(modelWeights(once));
  await expect(fit(once, data, { l2: { miniBatchAware: -1 } })).rejects.toThrow('fit: expected a finite number >= 0 for l2.miniBatchAware, got -1'); // prettier-ignore
});
