import '@tensorflow/tfjs-backend-cpu';
import { rowsInMemory } from '@ctrflow/data';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { evaluate, permutationImportance } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'city', kind: 'categorical' },
    { name: 'noise', kind: 'categorical' },
    { name: 'unused', kind: 'numeric', missingIndicator: true },
  ],
  label: { column: 'click' },
});

/** A model that looks at `city` alone: rows of other tables are zero. */
function cityModel() {
  const model = lr(schema, { embeddingStdDev: 0.5 });
  for (const group of model.groups) {
    for (const { name } of group.tables) {
      if (name !== 'city') group.setWeights(name, group.weights(name).fill(0));
    }
  }
  return model;
}

const columns = schema.encode(randomColumns(schema.spec, 600, 3));
const city = columns.ids.city;
const rows = rowsInMemory({ ...columns, label: Float32Array.from(city, (id) => (id > 4 ? 1 : 0)) });

// Planted bugs that this fails for: shuffling every field at once, shuffling the labels, a missing indicator left behind.
test('a field that a model does not look at loses exactly nothing, the one that it looks at loses its AUC over 1/2', async () => {
  const model = cityModel();
  const { auc } = await evaluate(model, rows);
  const before = memory().numTensors;
  const found = await permutationImportance(model, rows, { repeats: 5 });
  expect(memory().numTensors).toBe(before);
  const byField = Object.fromEntries(found.map(({ field, loss }) => [field, loss]));
  expect(byField.noise).toBe(0);
  expect(byField.unused).toBe(0);
  // AUC of independent scores: mean 1/2, standard deviation at most sqrt(1 / (12 min(n0, n1))) * sqrt(2); five repeats; five deviations.
  const clicks = city.filter((id) => id > 4).length;
  const deviation = Math.sqrt(2 / (12 * Math.min(clicks, city.length - clicks)) / 5);
  expect(Math.abs(byField.city - (auc - 0.5))).toBeLessThan(5 * deviation);
  expect(Math.abs(byField.city)).toBe(Math.max(...found.map(({ loss }) => Math.abs(loss))));
});

test('it is a function of the seed, also on a sample', async () => {
  const importance = (seed: number) => permutationImportance(cityModel(), rows, { seed, maxRows: 200 });
  expect(await importance(1)).toEqual(await importance(1));
  expect(await importance(1)).not.toEqual(await importance(2));
});
