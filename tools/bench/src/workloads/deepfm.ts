import { engineNames } from '../engines';
import { ownSide, pythonSides } from '../workload';
import type { Sizes, Workload } from '../workload';

/** Those of the MLP on the flat embeddings, gradient of the input included. */
function flops({ batchSize, fields, dim, hidden }: Sizes): number {
  return 6 * batchSize * (fields * dim * hidden + 2 * hidden * hidden + hidden);
}

/** DeepFM on ids: tables of `vocab` rows together, evenly over the fields. */
export const deepfm: Workload = {
  name: 'deepfm',
  summary:
    'training step of DeepFM, 39 fields of 16, MLP 400x3, batch 4096; --mode dense: Adam with L2 on every table row',
  unit: 'step',
  sizes: { batchSize: 4096, fields: 39, dim: 16, hidden: 400, vocab: 1_000_000 },
  quickSizes: { batchSize: 16, fields: 3, dim: 4, hidden: 8, vocab: 300 },
  modes: ['lazy', 'dense'],
  also: [{ mode: 'dense' }, { sizes: { vocab: 10_000_000 } }],
  variants: engineNames,
  quickVariant: 'eager',
  peers: {
    torch: pythonSides('torch', 'deepfm', ['eager', 'compile']),
    'tfjs-node': [ownSide('tfjs-node', 'tfjs-node')],
  },
  rowsPerSample: ({ batchSize }) => batchSize,
  flops,
  async prepare(settings) {
    const { deepFM } = await import('@ctrflow/deepfm');
    const { fieldColumns, fieldsSchema } = await import('../models/id-fields');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { batchSize, fields, dim, hidden, vocab } = settings.sizes;
    const rowsPerField = Math.floor(vocab / fields);
    const model = deepFM(fieldsSchema(fields, rowsPerField), {
      embeddingDim: dim,
      embeddingStdDev: 1e-2,
      hiddenUnits: [hidden, hidden, hidden],
    });
    return trainingSide(model, fieldColumns(NUM_BATCHES * batchSize, fields, rowsPerField), settings);
  },
};
