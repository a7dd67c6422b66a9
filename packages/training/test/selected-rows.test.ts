import '@tensorflow/tfjs-backend-cpu';
import { randomKey } from '@ctrflow/core';
import { rowsInMemory, takeRows } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import { Feeder } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';

// Planted bugs that this fails for: a column's place in the matrix taken for its place in the feed, rows of the batch read where rows of the table are meant.
test('a batch that is read where it lies feeds what its copy feeds', async () => {
  for (const numFields of [2, 20]) {
    const fields = Array.from({ length: numFields }, (_, f): FieldSpec[] => [
      { name: `x${f}`, kind: 'numeric' },
      { name: `c${f}`, kind: 'categorical' },
      { name: `m${f}`, kind: 'multi-hot', weightSeparator: ':' },
    ]).flat();
    const schema = fittedSchema({ fields });
    const model = deepFM(schema, { embeddingDim: 4, hiddenUnits: [4] });
    const table = schema.encode(randomColumns({ fields }, 50, 3));
    for await (const batch of rowsInMemory(table).batches({ batchSize: 16, shuffle: randomKey(2) })) {
      expect(batch.selection).toBeDefined();
      const { selection, ...copy } = batch;
      const feeds = (columns: EncodedColumns): unknown =>
        Object.entries(new Feeder(model).feed(columns)).map(([name, { data, shape }]) => [name, shape, [...data]]);
      expect(feeds(batch)).toEqual(feeds(copy));
      expect(feeds(takeRows(selection!.columns, selection!.rows))).toEqual(feeds(copy));
    }
    model.dispose();
  }
});
