import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetFromTables, nextItemRows } from '@ctrflow/data';
import type { RowSource } from '@ctrflow/data';
import { openDataset } from '@ctrflow/data/node';
import type { SchemaSpec } from '@ctrflow/features';
import { expect, test } from 'vitest';
import { shop } from '../data-sets';
import { writeRows } from '../rows-as-files';
import { compareNextItem } from '../run';

// Planted bugs that this fails for: a model that cannot read the rows, metrics of other rows than the test lists.
test('every model of the recipe trains on a generated shop and ranks its test lists', async () => {
  const task = shop(1500, { numUsers: 60, numItems: 100 });
  const results = await compareNextItem(task, { epochs: 1, batchSize: 128, embeddingDim: 4 });
  expect(results.map(({ model }) => model)).toEqual(['dnn', 'din', 'dien', 'bst', 'rnn', 'dsin']);
  for (const { auc, gauc, hitRate10, ndcg10, report } of results) {
    for (const value of [auc, gauc, hitRate10, ndcg10]) expect(value > 0 && value < 1).toBe(true);
    expect(ndcg10).toBeLessThanOrEqual(hitRate10);
    const { labels } = report.scores;
    expect(labels.filter((label) => label === 1).length).toBe(labels.length / 20); // a positive and 19 negatives
  }
});

async function encoded(rows: RowSource): Promise<object> {
  for await (const { ids, lists, targets, time } of rows.batches({ batchSize: 1e6 }))
    return { ids, lists, targets, time };
  throw new Error('no rows');
}

// Planted bug that this fails for: entries of a list from the row before.
test('rows that were written and read again are the same', async () => {
  const task = shop(1500, { numUsers: 60, numItems: 100 });
  const { spec, ...parts } = nextItemRows(task.log, task.rows);
  const expected = await datasetFromTables(spec, parts);
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-next-item-'));
  try {
    await writeRows(task, folder);
    const path = (name: string): string => join(folder, name);
    const schema = JSON.parse(await readFile(path('schema.json'), 'utf8')) as SchemaSpec;
    const data = await openDataset(path('train.jsonl'), { schema, valid: path('valid.jsonl'), test: path('test.jsonl') }); // prettier-ignore
    expect(data.schema.fingerprint).toBe(expected.schema.fingerprint);
    for (const part of ['train', 'valid', 'test'] as const) {
      expect(await encoded(data[part]!)).toEqual(await encoded(expected[part]!));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
