import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** BST: a Transformer block over a history and its target. */
export const bst: Workload = {
  name: 'bst',
  summary: 'training step of BST, history of 5 to 50 (uniform), D 16, one block of 2 heads, MLP 1024-512-256, batch 1024, lazy rows', // prettier-ignore
  unit: 'step',
  sizes: { batchSize: 1024, maxLength: 50, minLength: 5, dim: 16, hidden: 1024, context: 6, vocab: 100_000 },
  quickSizes: { batchSize: 8, maxLength: 6, minLength: 2, dim: 4, hidden: 16, context: 2, vocab: 50 },
  modes: ['lazy', 'dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'bst', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  async prepare(settings) {
    const { bst: buildBst } = await import('@ctrflow/bst');
    const { historyColumns, historySchema } = await import('../models/histories');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { sizes } = settings;
    const model = buildBst(historySchema(sizes), {
      embeddingDim: sizes.dim,
      embeddingStdDev: 1e-2,
      hiddenUnits: [sizes.hidden, sizes.hidden / 2, sizes.hidden / 4],
    });
    return trainingSide(model, historyColumns(NUM_BATCHES * sizes.batchSize, sizes), settings);
  },
};
