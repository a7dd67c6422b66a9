import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Sizes, Workload } from '../workload';

/** Width of a block. */
const BLOCK_UNITS = 64;
const NUM_BLOCKS = 3;

/** Masks (two layers as wide as the embeddings), blocks and MLP; forward and both gradients. */
function flops({ batchSize, fields, dim, hidden }: Sizes): number {
  const width = fields * dim;
  const block = 2 * width * width + width * BLOCK_UNITS;
  return 6 * batchSize * (NUM_BLOCKS * (block + BLOCK_UNITS * hidden) + hidden * hidden + hidden);
}

/** MaskNet with parallel blocks: products and layer normalization. */
export const masknet: Workload = {
  name: 'masknet',
  summary: 'training step of MaskNet, 39 fields of 10, 3 parallel blocks of 64, MLP 400-400, batch 4096, lazy rows',
  unit: 'step',
  sizes: { batchSize: 4096, fields: 39, dim: 10, hidden: 400, vocab: 1_000_000 },
  quickSizes: { batchSize: 16, fields: 3, dim: 4, hidden: 8, vocab: 300 },
  modes: ['lazy', 'dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'masknet', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  flops,
  async prepare(settings) {
    const { maskNet } = await import('@ctrflow/masknet');
    const { fieldColumns, fieldsSchema } = await import('../models/id-fields');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { batchSize, fields, dim, hidden, vocab } = settings.sizes;
    const rowsPerField = Math.floor(vocab / fields);
    const model = maskNet(fieldsSchema(fields, rowsPerField), {
      embeddingDim: dim,
      embeddingStdDev: 1e-2,
      blockUnits: Array.from({ length: NUM_BLOCKS }, () => BLOCK_UNITS),
      reductionRatio: 1,
      hiddenUnits: [hidden, hidden],
    });
    return trainingSide(model, fieldColumns(NUM_BATCHES * batchSize, fields, rowsPerField), settings);
  },
};
