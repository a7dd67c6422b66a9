import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { Feeder } from '../src/index';
import { wide } from './wide';

// Planted bug that this fails for: columns behind the first sixteen written to the places of others.
test('columns of numbers become rows, also when they do not fit one cache line', () => {
  for (const numFields of [1, 15, 16, 17, 40]) {
    const fields = Array.from({ length: numFields }, (_, f): FieldSpec => ({ name: `x${f}`, kind: 'numeric' }));
    const schema = fittedSchema({ fields });
    const model = wide(schema);
    const batch: EncodedColumns = schema.encode(randomColumns({ fields }, 9, 3));
    const feed = model.feeds.find(({ kind }) => kind === 'values');
    if (feed === undefined) throw new Error('no feed of numbers');
    const { data, shape } = new Feeder(model).feed(batch)[feed.name];
    expect(shape).toEqual([9, feed.slots.length]);
    const wanted = Array.from({ length: 9 }, (_, b) => feed.slots.map((slot) => batch.values[slot][b])).flat();
    expect(Array.from(data)).toEqual(wanted);
    model.dispose();
  }
});

// Planted bug that this fails for: lists padded beyond the longest that the schema allows.
test('lists are padded to one of few lengths, none longer than the field allows', () => {
  for (const [maxLength, longest, wanted] of [
    [50, 50, 50],
    [50, 49, 50],
    [50, 33, 48],
    [50, 5, 6],
    [50, 2, 4],
    [3, 2, 3],
    [100, 60, 64],
  ]) {
    // prettier-ignore
    const fields: FieldSpec[] = [{ name: 'history', kind: 'sequence', maxLength }];
    const schema = fittedSchema({ fields });
    const model = wide(schema);
    const ids = Int32Array.from({ length: longest }, () => 1);
    const batch = {
      numRows: 2,
      ids: {},
      values: {},
      lists: { history: { offsets: Int32Array.of(0, 0, longest), ids } },
    };
    const feeds = new Feeder(model, { bucketed: true }).feed(batch);
    expect(feeds['embedding/history'].shape.slice(0, 2)).toEqual([2, wanted]);
    expect(feeds['history/weights'].shape).toEqual([2, wanted]);
    model.dispose();
  }
});
