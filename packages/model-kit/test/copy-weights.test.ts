import { fittedSchema, textColumn } from '@ctrflow/testkit';
import { createFitter } from '@ctrflow/features';
import type { FeatureSchema } from '@ctrflow/features';
import { expect, test } from 'vitest';
import { copyWeights, modelWeights } from '../src/index';
import { randomizeWeights } from './random-weights';
import { spec, wide } from './wide';

/** Cities in order of their counts. */
function citySchema(cities: readonly string[]): FeatureSchema {
  const values = cities.flatMap((city, i) => Array.from({ length: cities.length - i }, () => city));
  const fields = [{ name: 'city', kind: 'categorical' as const }];
  const fitter = createFitter({ fields });
  fitter.add({ numRows: values.length, columns: { city: textColumn(values) } });
  return fitter.finish();
}

// Planted bug that this fails for: rows copied by id instead of by value.
test('a warm start finds rows by value when the vocabulary grew and was reordered', () => {
  const old = wide(citySchema(['rome', 'oslo', 'bern']), { embeddingDim: 2 });
  randomizeWeights(old);
  const grown = wide(citySchema(['bern', 'lima', 'rome', 'oslo']), { embeddingDim: 2, seed: 7 });
  const fresh = modelWeights(grown)['embedding/city'].data;
  const { copied, fresh: begun } = copyWeights(old, grown);
  expect([...copied].sort()).toEqual(Object.keys(modelWeights(grown)).sort());
  expect(begun).toEqual([]);
  const rows = (model: typeof old, city: string): number[] => {
    const row = 2 + model.schema.vocabularies.city.indexOf(city);
    return Array.from(modelWeights(model)['embedding/city'].data.slice(row * 2, row * 2 + 2));
  };
  for (const city of ['rome', 'oslo', 'bern']) expect(rows(grown, city)).toEqual(rows(old, city));
  const lima = 2 + grown.schema.vocabularies.city.indexOf('lima');
  expect(rows(grown, 'lima')).toEqual(Array.from(fresh.slice(lima * 2, lima * 2 + 2)));
  for (const model of [old, grown]) model.dispose();
});

test('the rate at which negatives were kept goes with the weights', () => {
  const schema = fittedSchema(spec);
  const [from, to] = [wide(schema), wide(schema)];
  from.negativeKeepRate = 0.1;
  copyWeights(from, to);
  expect(to.negativeKeepRate).toBe(0.1);
  for (const model of [from, to]) model.dispose();
});

test('the same schema gives the same weights; what does not fit begins anew and is named', () => {
  const schema = fittedSchema(spec);
  const [from, to, smaller] = [wide(schema), wide(schema, { seed: 3 }), wide(schema, { embeddingDim: 5 })];
  randomizeWeights(from);
  copyWeights(from, to);
  expect(modelWeights(to)).toEqual(modelWeights(from));
  const { copied, fresh } = copyWeights(from, smaller);
  expect(fresh).toEqual(['embedding/numeric', 'output/kernel', 'embedding/user']);
  expect(copied).toContain('linear/user');
  for (const model of [from, to, smaller]) model.dispose();
});
