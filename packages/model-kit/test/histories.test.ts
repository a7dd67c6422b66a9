import '@tensorflow/tfjs-backend-cpu';
import { addN, env, reshape, sum } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D } from '@tensorflow/tfjs-core';
import type { FieldSpec } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { Feeder, defineModel, historiesOf, slotsBeside } from '../src/index';

const fields: readonly FieldSpec[] = [
  { name: 'last', kind: 'categorical', shareTable: 'item' },
  { name: 'item', kind: 'categorical' },
  { name: 'category', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', maxLength: 3 },
  { name: 'categories', kind: 'sequence', shareTable: 'category', history: 'clicks', maxLength: 3 },
  { name: 'gaps', kind: 'sequence', history: 'clicks', maxLength: 3 },
  { name: 'bought', kind: 'sequence', shareTable: 'item' },
  { name: 'words', kind: 'sequence' },
  { name: 'age', kind: 'numeric', missingIndicator: false },
];

env().set('PROD', true); // no banner

/** Sums the entries of two lists beside the pooled fields. */
const lists = defineModel({
  name: 'lists',
  version: 1,
  summary: 'A model of a test.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  assemble(a) {
    const histories = historiesOf('lists', a.schema);
    const fieldsBeside = a.embeddings({ slots: slotsBeside(a.schema, histories) });
    const items = a.list('items');
    const gaps = a.list('gaps');
    return () => {
      const parts = [fieldsBeside(), items().rows, gaps().rows];
      return addN(parts.map((part) => reshape<Rank.R2>(sum(part, [1, 2]), [-1, 1])));
    };
  },
});

// Planted bugs that this fails for: the first field of a table instead of its owner; a side column that is taken for a pair; `words` among the histories.
test('a sequence is compared with the field whose table it shares; columns without one are at its side', () => {
  const schema = fittedSchema({ fields });
  const found = historiesOf('din', schema).map(({ name, maxLength, pairs, sides }) => ({
    name,
    maxLength,
    pairs: pairs.map(({ sequence, target }) => `${sequence.name} ~ ${target.name}`),
    sides: sides.map((side) => side.name),
  }));
  expect(found).toEqual([
    { name: 'clicks', maxLength: 3, pairs: ['items ~ item', 'categories ~ category'], sides: ['gaps'] },
    { name: 'bought', maxLength: 50, pairs: ['bought ~ item'], sides: [] },
  ]);
  expect(slotsBeside(schema, historiesOf('din', schema))).toEqual(['last', 'item', 'category', 'words', 'age']);
});

test('a schema without a history says how to declare one', () => {
  const schema = fittedSchema({ fields: [{ name: 'words', kind: 'sequence' }] });
  expect(() => historiesOf('din', schema)).toThrow(
    'din: expected a sequence that shares the table of the field it is compared with, got "none"; give a field',
  );
});

// Planted bugs that these fail for: a second group of the same tables; the table of a history that no field looks up is forgotten.
test('lists share the tables of the embeddings, and their own are added', () => {
  const schema = fittedSchema({ fields });
  const model = lists(schema, { embeddingDim: 2 });
  expect(model.groups.map(({ name }) => name)).toEqual(['embedding']);
  expect(model.groups[0].tables.map(({ name }) => name)).toEqual(['item', 'category', 'words', 'gaps']);
  const feeds = new Feeder(model).feed(schema.encode(randomColumns(schema.spec, 6)));
  const [items, gaps, weights] = ['embedding/items', 'embedding/gaps', 'items/weights'].map((name) => feeds[name]);
  expect(items.shape).toEqual(gaps.shape);
  expect(weights.shape).toEqual(items.shape.slice(0, 2));
  expect(model.weights.map(({ path }) => path)).toEqual(['embedding/numeric']);
  model.dispose();
});

test('a list is a list, and has the size of its table', () => {
  const schema = fittedSchema({ fields });
  const build = (slot: string, dim: number): (() => unknown) => {
    const factory = defineModel({
      name: 'x',
      version: 1,
      summary: 'A model of a test.',
      paper: '',
      assemble(a) {
        const embeddings = a.embeddings();
        a.list(slot, { dim });
        return () => sum<Tensor2D>(embeddings(), [1, 2]);
      },
    });
    return () => factory(schema);
  };
  expect(build('item', 16)).toThrow('model: expected a list for "item", got');
  expect(build('items', 8)).toThrow('embeddings "embedding": expected one size, 16, got 8');
});
