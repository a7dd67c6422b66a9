import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fit } from '../src/index';
import type { FitOptions } from '../src/index';
import { runFolder } from '../src/node';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
});

/** 64 rows, each of a weight of its own; row 40 has one that no loss survives. */
function dataset(poison?: number): Dataset {
  const weight = Float32Array.from({ length: 64 }, (_, i) => 1 + i / 64);
  if (poison !== undefined) weight[40] = poison;
  const train = rowsInMemory({ ...schema.encode(randomColumns(schema.spec, 64, 1)), weight });
  const numRows = { read: 64, train: 64, valid: 0, test: 0 };
  return {
    schema,
    train,
    summary: { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false },
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-failed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const options: FitOptions = { batchSize: 8, epochs: 2, seed: 5 };
const run = (resume = false) => runFolder(folder, { checkpointSeconds: 0, resume });

// Fails when another batch is kept, when what is not finite becomes null, when the broken step is in the checkpoint.
test.each([NaN, Infinity])(
  'a loss that is not finite keeps the batch, and the checkpoint before it: weight %d',
  async (poison) => {
    const seen: number[][] = [];
    const data = dataset(poison);
    const { train } = data;
    const watched: Dataset = {
      ...data,
      train: {
        ...train,
        async *batches(wanted) {
          for await (const batch of train.batches(wanted)) {
            if (wanted.shuffle !== undefined) seen.push(Array.from(batch.ids.user)); // in stored order they are read for their digest
            yield batch;
          }
        },
      },
    };
    await expect(fit(lr(schema), watched, { ...options, run: run() })).rejects.toThrow(
      /^fit: expected a finite loss, got NaN in epoch 1, batch \d \(step \d\); lower the learning rate or set clipNorm\. The batch is in .*failed-batch\.json$/,
    );
    const kept = JSON.parse(await readFile(join(folder, 'failed-batch.json'), 'utf8')) as {
      readonly epoch: number;
      readonly batch: number;
      readonly step: number;
      readonly rows: {
        readonly numRows: number;
        readonly weight: unknown[];
        readonly ids: { readonly user: number[] };
      };
    };
    expect(kept).toMatchObject({ epoch: 1, batch: kept.step, rows: { numRows: 8 } });
    expect(kept.rows.ids.user).toEqual(seen[kept.batch - 1]);
    expect(kept.rows.weight.filter((weight) => typeof weight === 'string')).toEqual([String(poison)]);

    const checkpoints = (await readdir(join(folder, 'checkpoints'))).filter((name) => name.startsWith('step-'));
    expect(Math.max(...checkpoints.map((name) => Number(/\d+/.exec(name)![0])))).toBe(kept.step - 1);
    // With the row put right it is another training.
    await expect(fit(lr(schema), dataset(), { ...options, run: run(true) })).rejects.toThrow(
      /expected the rows that the training began with, got other weights in the training rows/,
    );
  },
);
