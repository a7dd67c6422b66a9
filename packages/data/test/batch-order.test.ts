import { randomKey } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { rowsInMemory } from '../src/index';

// Planted bugs that this fails for: rows in shuffled order within a batch (columns are then read all over), batches of neighbours, a row lost or twice.
test('a shuffled batch has random rows in stored order', async () => {
  const numRows = 1000;
  const ids = { row: Int32Array.from({ length: numRows }, (_, i) => i) };
  const source = rowsInMemory({ numRows, ids, values: {}, lists: {} });
  const batches: number[][] = [];
  for await (const batch of source.batches({ batchSize: 64, shuffle: randomKey(1) })) batches.push([...batch.ids.row]);
  expect(batches.at(-1)).toHaveLength(numRows % 64);
  const ascending = (a: number, b: number): number => a - b;
  for (const rows of batches) {
    expect(rows).toEqual([...rows].sort(ascending));
    expect(rows[rows.length - 1] - rows[0]).toBeGreaterThan(numRows / 2);
  }
  expect(batches.flat().sort(ascending)).toEqual([...ids.row]);
});
