import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ownSide } from '../workload';
import type { Side, SideSettings, Sizes, Workload } from '../workload';

const BATCH_SIZE = 4096;

/** Encoded files larger than what may be held: one epoch of shuffled batches, made into a model's feeds, against the same rows in memory. */
export const streaming: Workload = {
  name: 'streaming',
  summary:
    'an epoch of shuffled batches and table lookups from encoded files with 64 MB to shuffle in, against all rows in memory',
  unit: 'run',
  sizes: { rows: 2_000_000, megabytes: 64 },
  quickSizes: { rows: 300, megabytes: 1 },
  modes: ['shuffled'],
  variants: ['streamed'],
  peers: { memory: [ownSide('memory', 'memory')] },
  rowsPerSample: ({ rows }) => rows,
  makeFiles,
  prepare,
};

/** The files are encoded here, by the harness, so that the sides' memory is that of training alone. */
async function makeFiles({ rows }: Sizes, folder: string): Promise<void> {
  if (existsSync(join(folder, 'encoded'))) return;
  const { openDataset } = await import('@ctrflow/data/node');
  const { logLines, logSchema, wideLog } = await import('../files/click-log');
  const { once } = await import('../files/once');
  await once(join(folder, 'log.csv'), () => logLines(wideLog, rows));
  await openDataset(join(folder, 'log.csv'), {
    schema: logSchema(wideLog),
    encodedFolder: join(folder, 'encoded'),
    split: { by: 'none' },
  });
}

async function prepare({ folder, sizes, variant }: SideSettings): Promise<Side> {
  const { openEncoded } = await import('@ctrflow/data/node');
  const { lr } = await import('@ctrflow/lr');
  const { Feeder } = await import('@ctrflow/model-kit');
  const { keyOf } = await import('../draws');
  const shuffleMegabytes = variant === 'memory' ? 1_000_000 : sizes.megabytes;
  const { schema, train } = await openEncoded(join(folder, 'encoded'), { shuffleMegabytes });
  const feeder = new Feeder(lr(schema));
  let epoch = 0;
  let rows = 0;
  return {
    info: { shuffle: variant === 'memory' ? 'global' : `${sizes.megabytes} MB` },
    async run() {
      rows = 0;
      for await (const batch of train.batches({ batchSize: BATCH_SIZE, shuffle: keyOf('shuffle', epoch++) })) {
        feeder.feed(batch);
        rows += batch.numRows;
      }
    },
    results: () => ({ rows }),
  };
}
