import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadBackend } from '@ctrflow/backends';
import type { BatchOptions } from '@ctrflow/data';
import { openDataset } from '@ctrflow/data/node';
import { fit } from '@ctrflow/training';
import { modelFactory } from '@ctrflow/zoo';
import { requireOwnTables, shuffleKey, writeOrder } from '../../src/parity/same-start';

const ROWS = 50;
let folder: string;
beforeAll(async () => {
  await loadBackend();
  folder = mkdtempSync(join(tmpdir(), 'parity-'));
  const lines = Array.from({ length: ROWS }, (_, i) => `${i},${i % 2}`);
  writeFileSync(join(folder, 'a.csv'), ['place,y', ...lines].join('\n'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('writes the order in which our side sees the rows of every epoch', async () => {
  const schema = { fields: [{ name: 'place', kind: 'numeric', transform: 'none' }], label: { column: 'y' } } as const;
  const data = await openDataset(join(folder, 'a.csv'), { schema, split: { by: 'none' } });
  const seen: number[][][] = [];
  const batches = (options: BatchOptions) => {
    const epoch: number[][] = [];
    seen.push(epoch);
    return (async function* () {
      for await (const batch of data.train.batches(options)) {
        epoch.push([...batch.values.place]);
        yield batch;
      }
    })();
  };
  const model = modelFactory('lr')(data.schema, { seed: 7 });
  await fit(model, { ...data, train: { ...data.train, batches } }, { seed: 7, batchSize: 8, epochs: 3 });
  model.dispose();

  await writeOrder(folder, 7, 3, ROWS);
  const order = new Uint32Array(new Uint8Array(readFileSync(join(folder, 'order.u32'))).buffer);
  expect(order).toHaveLength(3 * ROWS);
  expect(seen).toHaveLength(3);
  for (const [epoch, cuts] of seen.entries()) {
    const places = order.slice(epoch * ROWS, (epoch + 1) * ROWS);
    // Which rows a batch has is what is ordered; within it they come as they lie.
    const expected = cuts.map((_, k) => [...places.slice(8 * k, 8 * k + 8)].sort((a, b) => a - b));
    expect(cuts).toEqual(expected);
  }
  expect(shuffleKey(7, 1)).not.toEqual(shuffleKey(7, 2));
});

it('refuses linear terms whose tables the sides share differently', () => {
  const shared = [{ name: 'f1', slot: 'seen', type: 'sequence', shares: 'f0' }] as const;
  expect(() => {
    requireOwnTables(['din', 'deepfm'], shared);
  }).toThrow(/tables of their own for deepfm with the same weights, got "?.*seen/);
  expect(() => {
    requireOwnTables(['din', 'dnn'], shared);
  }).not.toThrow();
});
