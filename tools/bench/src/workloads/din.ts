import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** DIN: attention of a candidate over a history of other lengths in every row. */
export const din: Workload = {
  name: 'din',
  summary: 'training step of DIN, history of 5 to 50 (uniform), D 16, Dice 64-32, MLP 200-80, batch 1024, lazy rows',
  unit: 'step',
  sizes: { batchSize: 1024, maxLength: 50, minLength: 5, dim: 16, context: 6, vocab: 100_000 },
  quickSizes: { batchSize: 8, maxLength: 6, minLength: 2, dim: 4, context: 2, vocab: 50 },
  modes: ['lazy', 'dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'din', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  async prepare(settings) {
    const { din: buildDin } = await import('@ctrflow/din');
    const { historyColumns, historySchema } = await import('../models/histories');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { sizes } = settings;
    const model = buildDin(historySchema(sizes), {
      embeddingDim: sizes.dim,
      embeddingStdDev: 1e-2,
      attentionUnits: [64, 32],
      hiddenUnits: [200, 80],
      activation: 'relu',
    });
    return trainingSide(model, historyColumns(NUM_BATCHES * sizes.batchSize, sizes), settings);
  },
};
