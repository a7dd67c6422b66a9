import { expect, test } from 'vitest';
import { shop } from '../data-sets';
import { compareNextItem } from '../run';

// Planted bugs that this fails for: a model that cannot read the rows, metrics of other rows than the test lists.
test('every model of the recipe trains on a generated shop and ranks its test lists', async () => {
  const task = shop(1500, { numUsers: 60, numItems: 100 });
  const results = await compareNextItem(task, { epochs: 1, batchSize: 128, embeddingDim: 4 });
  expect(results.map(({ model }) => model)).toEqual(['dnn', 'din', 'dien', 'bst', 'rnn']);
  for (const { auc, gauc, hitRate10, ndcg10, report } of results) {
    for (const value of [auc, gauc, hitRate10, ndcg10]) expect(value > 0 && value < 1).toBe(true);
    expect(ndcg10).toBeLessThanOrEqual(hitRate10);
    const { labels } = report.scores;
    expect(labels.filter((label) => label === 1).length).toBe(labels.length / 20); // a positive and 19 negatives
  }
});
