import '@tensorflow/tfjs-backend-cpu';
import { foldIn, randomKey } from '@ctrflow/core';
import type { EncodedColumns, EncodedList } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { add, mul, reshape, sum, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { Dense } from '@ctrflow/layers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Feeder, defineModel, drawNegatives, outputsOf, rowFeedsOf } from '../src/index';
import type { FeedArray } from '../src/index';

const lists = fc
  .array(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((rows): EncodedList => ({ offsets: offsetsOf(rows), ids: Int32Array.from(rows.flat()) }));

function offsetsOf(rows: readonly (readonly number[])[]): Int32Array {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, b) => {
    offsets[b + 1] = offsets[b] + row.length;
  });
  return offsets;
}

// Planted bugs that this fails for: a draw of the entry itself, a draw that follows the padding or the rows.
test('a negative is another entry of the batch, a function of the key and the number of the entry', () => {
  fc.assert(
    fc.property(lists, fc.nat(), (list, seed) => {
      const drawn = drawNegatives(list, randomKey(seed));
      const { ids } = list;
      expect(drawn.length).toBe(ids.length);
      drawn.forEach((entry, i) => {
        expect(entry >= 0 && entry < ids.length).toBe(true);
        const rivals = ids.filter((id) => id !== ids[i]).length;
        if (2 * rivals >= ids.length) expect(ids[entry], `entry ${i} of ${ids.join()}`).not.toBe(ids[i]); // fails once in 2^15
      });
      const inOneRow = { offsets: Int32Array.of(0, ids.length), ids };
      expect(drawNegatives(inOneRow, randomKey(seed))).toEqual(drawn);
    }),
    { numRuns: 100, seed: 1 },
  );
});

// Planted bugs that this fails for: the empty places of sessions taken for events, draws that depend on where they are.
test('an entry of weight 0 is no negative', () => {
  const ids = Int32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 2 + (i % 7) : 0));
  const list = { offsets: Int32Array.of(0, 40), ids, weights: Float32Array.from(ids, (id) => (id === 0 ? 0 : 1)) };
  for (const [i, entry] of drawNegatives(list, randomKey(3)).entries())
    expect(list.weights[entry], `entry ${i}`).toBe(i % 2 === 0 ? 1 : 0); // an empty place draws itself
  const events = ids.filter((id) => id !== 0);
  const inOrder = drawNegatives({ offsets: Int32Array.of(0, 20), ids: events }, randomKey(3));
  expect(drawNegatives(list, randomKey(3)).filter((_, i) => i % 2 === 0)).toEqual(inOrder.map((entry) => 2 * entry));
});

// Planted bug that this fails for: values drawn alike, however often they occur.
test('values come as often as they occur', () => {
  const ids = Int32Array.from({ length: 4000 }, (_, i) => [1, 1, 1, 2, 3][i % 5]);
  const list = { offsets: Int32Array.of(0, ids.length), ids };
  const drawn = Array.from(drawNegatives(list, randomKey(7)), (entry) => ids[entry]);
  const against3 = drawn.filter((_, i) => ids[i] === 3);
  const share = against3.filter((id) => id === 1).length / against3.length;
  expect(Math.abs(share - 3 / 4)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / 800)); // 4 standard deviations
  const another = drawNegatives(list, randomKey(8));
  expect(another).not.toEqual(drawNegatives(list, randomKey(7)));
});

const schema = fittedSchema({
  fields: [
    { name: 'item', kind: 'categorical' },
    { name: 'brand', kind: 'categorical' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'past' },
    { name: 'brands', kind: 'sequence', shareTable: 'brand', history: 'past' },
  ],
  label: { column: 'click' },
});

/** A model with a loss of its own: the score of the negatives, which is to be small. */
const withLoss = defineModel({
  name: 'with-loss',
  version: 1,
  summary: 'A model of a test.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  assemble(a) {
    const embeddings = a.embeddings({ slots: ['item', 'brand'] });
    const [items, brands] = [a.list('items'), a.list('brands')];
    const drawn = { items: a.negatives('items'), brands: a.negatives('brands', { like: 'items' }) };
    const output = a.layer('output', new Dense({ units: 1 }));
    return () => {
      for (const [name, negatives] of Object.entries(drawn)) {
        const rows = negatives();
        if (rows !== undefined) a.loss(name, reshape(mul(sum(rows, [1, 2]), 2), [-1, 1]));
      }
      return output(add<Tensor2D>(sum(embeddings(), 1), add(sum(items().rows, 1), sum(brands().rows, 1))));
    };
  },
});

const batch = (): EncodedColumns => schema.encode(randomColumns(schema.spec, 12, 3));
const tensors = (feeds: Readonly<Record<string, FeedArray>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(feeds).map(([name, { data, shape }]) => [name, tensor(data.slice(), [...shape])]));

test('negatives are fed in training only; side columns are drawn together; padding is zero', () => {
  const model = withLoss(schema, { embeddingDim: 3, embeddingStdDev: 1 });
  const encoded = batch();
  const [feeder, bucketed] = [new Feeder(model), new Feeder(model, { bucketed: true })];
  expect(Object.keys(feeder.feed(encoded))).not.toContain('embedding/items/negatives');
  const { offsets, ids } = encoded.lists.items;
  for (const each of [feeder, bucketed]) {
    const feeds = each.feed(encoded, randomKey(4));
    const { data, shape } = feeds['embedding/items/negatives'];
    const brands = feeds['embedding/brands/negatives'].data;
    const [B, T, D] = shape;
    expect([B, D]).toEqual([encoded.numRows, 3]);
    const rowOf = (table: string, id: number): number[] =>
      Array.from(model.groups[0].weights(table).subarray(id * D, (id + 1) * D));
    const events = Array.from(ids, (id, i) => JSON.stringify([rowOf('item', id), rowOf('brand', encoded.lists.brands.ids[i])])); // prettier-ignore
    for (let b = 0; b < B; b++) {
      for (let t = 0; t < T; t++) {
        const at = (b * T + t) * D;
        const event = [data, brands].map((values) => Array.from(values.subarray(at, at + D)));
        if (t < offsets[b + 1] - offsets[b]) expect(events).toContain(JSON.stringify(event));
        else expect(event).toEqual([[0, 0, 0], [0, 0, 0]]); // prettier-ignore
      }
    }
  }
  model.dispose();
});

test('losses of its own are those of a training step; a model without any has none', () => {
  const model = withLoss(schema, { embeddingDim: 3, embeddingStdDev: 1 });
  expect(rowFeedsOf(model)).toContain('embedding/items/negatives');
  const feeder = new Feeder(model);
  tidy(() => {
    const feeds = feeder.feed(batch(), randomKey(4));
    const { data, shape } = feeds['embedding/brands/negatives'];
    const exact = Array.from({ length: shape[0] }, (_, b) =>
      Array.from(data.subarray(b * shape[1] * 3, (b + 1) * shape[1] * 3)).reduce((total, x) => total + 2 * x, 0),
    );
    const { losses } = outputsOf(model, tensors(feeds));
    expect(Object.keys(losses)).toEqual(['items', 'brands']);
    losses.brands.dataSync().forEach((loss, b) => {
      expect(loss).toBeCloseTo(exact[b], 4);
    });
    expect(outputsOf(model, tensors(feeder.feed(batch()))).losses).toEqual({});
  });
  model.dispose();
});

// Planted bug that this fails for: gradients of the negatives that go to the rows of the list itself.
test('the gradient of a negative goes to the row that was drawn', () => {
  const model = withLoss(schema, { embeddingDim: 1 });
  for (const group of model.groups) {
    group.useOptimizer({ kind: 'sgd' });
    for (const { name, numRows } of group.tables) group.setWeights(name, new Float32Array(numRows));
  }
  const encoded = batch();
  const feeder = new Feeder(model);
  const feeds = feeder.feed(encoded, randomKey(4));
  const gradients = Object.fromEntries(
    rowFeedsOf(model).map((name) => [name, new Float32Array(feeds[name].data.length).fill(name === 'embedding/items/negatives' ? 1 : 0)]), // prettier-ignore
  );
  const { ids } = encoded.lists.items;
  feeder.update(gradients, { learningRate: 1, step: 1 });
  const counts = new Float32Array(model.groups[0].weights('item').length);
  for (const entry of drawNegatives(encoded.lists.items, foldIn(randomKey(4), 'negatives', 'items')))
    counts[ids[entry]]--;
  expect(model.groups[0].weights('item')).toEqual(counts);
  model.dispose();
});
