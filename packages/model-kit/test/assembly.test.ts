import '@tensorflow/tfjs-backend-cpu';
import { addN, env, reshape, sum, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Rank } from '@tensorflow/tfjs-core';
import { Dense } from '@ctrflow/layers';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { Feeder, defineModel } from '../src/index';
import type { Assembly, CtrModel } from '../src/index';

env().set('PROD', true); // no banner

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric', missingIndicator: false },
    { name: 'price', kind: 'numeric', missingIndicator: false },
  ],
});

/** The sum of all vectors of some lookups. */
function lookups(...asked: Parameters<Assembly['embeddings']>[0][]): CtrModel {
  const factory = defineModel({
    name: 'lookups',
    version: 1,
    paper: 'Nobody: Nothing. ARXIV 2000.',
    defaults: {},
    assemble(a) {
      const found = asked.map((options) => a.embeddings(options));
      return () => addN(found.map((vectors) => reshape<Rank.R2>(sum(vectors(), [1, 2]), [-1, 1])));
    },
  });
  return factory(schema, { embeddingDim: 3 });
}

const logitsOf = (model: CtrModel): Float32Array =>
  tidy(() => {
    const feeds = Object.entries(new Feeder(model).feed(schema.encode(randomColumns(schema.spec, 6, 2))));
    const tensors = feeds.map(([name, { data, shape }]) => [name, tensor(data, [...shape])] as const);
    return model.forward(Object.fromEntries(tensors)).dataSync<'float32'>();
  });

// Planted bug that this fails for: a second variable of the same path, of which saving would keep one.
test('what two lookups under one path have in common is one weight', () => {
  const [one, both] = [lookups({}), lookups({}, {})];
  expect(both.weights.map(({ path }) => path)).toEqual(['embedding/numeric']);
  expect(both.numParameters).toBe(8 * 3 + 2 * 3);
  expect(logitsOf(both)).toEqual(logitsOf(one).map((logit) => 2 * logit));
  for (const model of [one, both]) model.dispose();
});

test('other numbers under the same path are refused, and have their weights under another one', () => {
  expect(() => lookups({ slots: ['age'] }, { slots: ['price'] })).toThrow(
    'embeddings "embedding": expected the numbers age as before, got ["price"]; give one of the two lookups another path',
  );
  const model = lookups({ slots: ['age'] }, { slots: ['price'], path: 'other' });
  expect(model.weights.map(({ path }) => path)).toEqual(['embedding/numeric', 'other/numeric']);
  model.dispose();
});

test('two layers under one path are refused', () => {
  const factory = defineModel({
    name: 'layers',
    version: 1,
    paper: 'Nobody: Nothing. ARXIV 2000.',
    defaults: {},
    assemble(a) {
      a.layer('deep', new Dense({ units: 2 }));
      const deep = a.layer('deep', new Dense({ units: 1 }));
      const values = a.values(['age']);
      return () => deep(values()) as ReturnType<typeof values>;
    },
  });
  expect(() => factory(schema)).toThrow('model: expected a path of its own for every layer, got "deep"');
});
