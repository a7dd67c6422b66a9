import '@tensorflow/tfjs-backend-cpu';
import { add, addN, env, matMul, mul, ones, reshape, sum, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { Dense, withStep } from '@ctrflow/layers';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { Feeder, defineModel, modelWeights } from '../src/index';
import type { Assembly, CtrModel } from '../src/index';

env().set('PROD', true); // no banner

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric', missingIndicator: false },
    { name: 'price', kind: 'numeric', missingIndicator: false },
  ],
});

const nothing = { name: 'lookups', version: 1, summary: 'A model of a test.', paper: 'Nobody: Nothing. ARXIV 2000.' };

const sumOf = (vectors: () => Tensor3D) => (): Tensor2D => reshape<Rank.R2>(sum(vectors(), [1, 2]), [-1, 1]);

/** The sum of all vectors of some lookups. */
function lookups(...asked: Parameters<Assembly['embeddings']>[0][]): CtrModel {
  const factory = defineModel({
    name: 'lookups',
    version: 1,
    summary: 'A model of a test.',
    paper: 'Nobody: Nothing. ARXIV 2000.',
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
    return model.forward(Object.fromEntries(tensors)).logit.dataSync<'float32'>();
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
    summary: 'A model of a test.',
    paper: 'Nobody: Nothing. ARXIV 2000.',
    assemble(a) {
      a.layer('deep', new Dense({ units: 2 }));
      const deep = a.layer('deep', new Dense({ units: 1 }));
      const values = a.values(['age']);
      return () => deep(values());
    },
  });
  expect(() => factory(schema)).toThrow('model: expected a path of its own for every layer and weight, got "deep"');
});

// Fails for: another deviation of the vectors that numbers are multiplied with, such as 1 / sqrt(1 + D).
test('the vectors of numbers begin with the variance 2 / (1 + D)', () => {
  const numbers = Array.from({ length: 60 }, (_, i) => ({ name: `n${i}`, kind: 'numeric', missingIndicator: false }) as const); // prettier-ignore
  const many = fittedSchema({ fields: numbers });
  const [D, size] = [7, 60 * 7];
  const factory = defineModel({ ...nothing, assemble: (a) => sumOf(a.embeddings()) });
  const model = factory(many, { embeddingDim: D });
  const values = model.weights[0].variable.dataSync<'float32'>();
  expect(values).toHaveLength(size);
  const meanSquare = values.reduce((total, x) => total + x * x, 0) / size;
  expect(Math.abs((meanSquare * (1 + D)) / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / size)); // 5 standard deviations
  model.dispose();
});

// Fails for: lists that are summed where nothing is said, fields in another order, vectors of one size where fields ask for two.
test('fields one by one have the vectors that they have together, lists their mean', () => {
  const mixed = fittedSchema({ fields: [{ name: 's', kind: 'sequence' }, { name: 'x', kind: 'numeric' }, { name: 'c', kind: 'categorical' }] }); // prettier-ignore
  const batch = mixed.encode(randomColumns(mixed.spec, 6, 2));
  const run = (assemble: (a: Assembly) => () => Tensor2D): number[] => {
    const model = defineModel({ ...nothing, assemble })(mixed, { embeddingDim: 3, embeddingStdDev: 1 });
    return tidy(() => {
      const feeds = Object.entries(new Feeder(model).feed(batch)).map(([name, { data, shape }]) => [name, tensor(data, [...shape])] as const); // prettier-ignore
      return Array.from(model.forward(Object.fromEntries(feeds)).logit.dataSync());
    });
  };
  // The k-th field counts k times, so that their order shows.
  const together = (pooling?: 'mean') => (a: Assembly) => {
    const vectors = a.embeddings(pooling && { pooling });
    return () => sum<Tensor2D>(mul(sum(vectors(), 2), [[1, 2, 3, 4].slice(0, vectors().shape[1])]), 1, true);
  };
  const byField = run((a) => {
    const vectors = a.embeddingsByField();
    return () => addN(vectors().map((vector, k) => mul<Tensor2D>(sum(vector, 1, true), k + 1)));
  });
  for (const wanted of [run(together('mean')), run(together())])
    byField.forEach((logit, row) => {
      expect(Math.abs(logit - wanted[row])).toBeLessThan(1e-5 * (1 + Math.abs(wanted[row])));
    });
});

// Fails if a weight and the table of a field have one path: one of them was lost in files, and the compiled engine read one for the other.
test('weights that stand beside tables have a path of their own, whatever fields are called', () => {
  const called = fittedSchema({ fields: ['numeric', 'bias'].map((name) => ({ name, kind: 'categorical' }) as const).concat({ name: 'x', kind: 'numeric' } as never) }); // prettier-ignore
  const factory = defineModel({ ...nothing, assemble(a) {
    const [vectors, linear] = [a.embeddings(), a.linear()];
    return () => add(linear(), sumOf(vectors)());
  } }); // prettier-ignore
  const model = factory(called, { embeddingDim: 2 });
  const size = Object.values(modelWeights(model)).reduce((total, { data }) => total + data.length, 0);
  expect(size).toBe(model.numParameters);
  expect(Object.keys(modelWeights(model)).sort()).toEqual(
    ['embedding/:numeric', 'embedding/bias', 'embedding/numeric', 'linear/:bias', 'linear/:numeric', 'linear/bias', 'linear/numeric'], // prettier-ignore
  );
  model.dispose();
});

// Fails for: a weight that follows the order of building and not (seed, path), one that nothing trains or saves, a Xavier normal of other fans.
test("a weight of the assembly has a path, begins by (seed, path) as a layer's does, and is trained and saved", () => {
  const scaled = (path: string): ReturnType<typeof defineModel> =>
    defineModel({
      ...nothing,
      assemble(a) {
        const values = a.values(['age', 'price']);
        const kernel = a.weight(path, [2, 1]);
        const bias = a.weight('bias', [1], { kind: 'constant', value: 0.5 });
        return () => add(matMul(values(), kernel()), bias());
      },
    });
  const model = scaled('deep/kernel')(schema);
  const dense = defineModel({
    ...nothing,
    assemble(a) {
      const values = a.values(['age', 'price']);
      const deep = a.layer('deep', new Dense({ units: 1 }));
      return () => deep(values());
    },
  })(schema);
  const kernelOf = (of: CtrModel): ArrayLike<number> => modelWeights(of)['deep/kernel'].data;
  expect(model.weights.map(({ path, trainable, role }) => [path, trainable, role])).toEqual([
    ['deep/kernel', true, 'net'],
    ['bias', true, 'net'],
  ]);
  expect(model.numParameters).toBe(3);
  expect(kernelOf(model)).toEqual(kernelOf(dense));
  expect(modelWeights(model).bias.data).toEqual(Float32Array.of(0.5));
  const before = scaled('other/kernel')(schema);
  expect(modelWeights(before)['other/kernel'].data).not.toEqual(kernelOf(model));
  expect(() => scaled('bias')(schema)).toThrow('model: expected a path of its own for every layer and weight, got "bias"'); // prettier-ignore
  for (const each of [model, dense, before]) each.dispose();
});

test('a model knows whether a step is one of training', () => {
  const model = defineModel({
    ...nothing,
    assemble(a) {
      const values = a.values(['age']);
      return () => mul(values(), a.isTraining() ? 2 : 1);
    },
  })(schema);
  const feeds = { values: tensor([[3]]) };
  const inStep = (training: boolean): number => {
    const step = { training, dropoutMask: (_: string, shape: readonly number[]) => ones([...shape]) };
    return withStep(step, () => model.forward(feeds)).logit.dataSync()[0];
  };
  expect([inStep(true), inStep(false), model.forward(feeds).logit.dataSync()[0]]).toEqual([6, 3, 3]);
  model.dispose();
});
