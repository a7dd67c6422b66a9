import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** DIEN: two recurrences over a history, unrolled, and the auxiliary loss. */
export const dien: Workload = {
  name: 'dien',
  summary: 'training step of DIEN, history of 5 to 50 (uniform), D 16, GRU, AUGRU and auxiliary loss, MLP 200-80, batch 1024, lazy rows', // prettier-ignore
  unit: 'step',
  sizes: { batchSize: 1024, maxLength: 50, minLength: 5, dim: 16, context: 6, vocab: 100_000 },
  quickSizes: { batchSize: 8, maxLength: 4, minLength: 2, dim: 4, context: 2, vocab: 50 },
  modes: ['lazy', 'dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'dien', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  async prepare(settings) {
    const { dien: buildDien } = await import('@ctrflow/dien');
    const { historyColumns, historySchema } = await import('../models/histories');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { sizes } = settings;
    const model = buildDien(historySchema(sizes), {
      embeddingDim: sizes.dim,
      embeddingStdDev: 1e-2,
      hiddenUnits: [200, 80],
    });
    return trainingSide(model, historyColumns(NUM_BATCHES * sizes.batchSize, sizes), settings);
  },
};
