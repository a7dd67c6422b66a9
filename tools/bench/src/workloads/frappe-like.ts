import { join } from 'node:path';
import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Side, SideSettings, Sizes, Workload } from '../workload';

/** Shares of the published split: 7 : 2 : 1, of which the last part is not used. */
const TRAIN_SHARE = 0.7;
const VALID_SHARE = 0.2;

/** A whole training with evaluations, as FuxiCTR does it. */
export const frappeLike: Workload = {
  name: 'frappe-like',
  summary:
    "epochs of FuxiCTR's DeepFM with evaluation: 289k rows of 10 fields, MLP 400x3, BatchNorm, dropout, B 4096, Adam with L2 on all rows",
  unit: 'run',
  sizes: { rows: 288_609, epochs: 3, batchSize: 4096, dim: 10, hidden: 400 },
  quickSizes: { rows: 600, epochs: 1, batchSize: 128, dim: 2, hidden: 8 },
  modes: ['dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { fuxictr: pythonSides('fuxictr', 'frappe_like', ['npz', 'parquet']) },
  rowsPerSample: ({ rows, epochs }) => epochs * Math.floor(rows * TRAIN_SHARE),
  makeFiles,
  prepare,
};

async function makeFiles({ rows }: Sizes, folder: string): Promise<void> {
  const { frappeLines } = await import('../files/frappe-like');
  const { once } = await import('../files/once');
  const train = Math.floor(rows * TRAIN_SHARE);
  const valid = train + Math.floor(rows * VALID_SHARE);
  await once(join(folder, 'train.csv'), () => frappeLines(0, train));
  await once(join(folder, 'valid.csv'), () => frappeLines(train, valid));
}

/** Both sides: learning rate 1e-3, L2 0.05 on tables, gradients clipped to norm 10, an evaluation by AUC after every epoch, no early stop. */
async function prepare({ folder, sizes, variant, threads }: SideSettings): Promise<Side> {
  const { openDataset } = await import('@ctrflow/data/node');
  const { deepFM } = await import('@ctrflow/deepfm');
  const { adam, fit } = await import('@ctrflow/training');
  const { loadEngine } = await import('../engines');
  const { frappeSchema } = await import('../files/frappe-like');
  const { batchSize, epochs, dim, hidden } = sizes;
  const engine = loadEngine(variant, threads);
  const data = await openDataset(join(folder, 'train.csv'), {
    schema: frappeSchema,
    valid: join(folder, 'valid.csv'),
    split: { by: 'none' },
  });
  const options = { embeddingDim: dim, hiddenUnits: [hidden, hidden, hidden], batchNorm: true, dropout: 0.2 };
  let results = {};
  return {
    info: { rows: data.train.numRows },
    async run() {
      const { model, history, seconds } = await fit(deepFM(data.schema, options), data, {
        batchSize,
        epochs,
        optimizer: adam(1e-3),
        tableOptimizer: { kind: 'dense-adam', l2: 0.05 },
        l2: { embedding: 0.05 },
        clipNorm: 10,
        patience: epochs,
        engine,
      });
      const last = history.at(-1);
      results = { parameters: model.numParameters, secondsPerEpoch: seconds / epochs, auc: last?.valid?.auc ?? NaN };
      model.dispose();
    },
    results: () => results,
  };
}
