import { engineNames } from '../engines';
import { ownSide, pythonSides } from '../workload';
import type { Sizes, Workload } from '../workload';

/** Multiplications and additions of forward and both gradients: 6 for each weight and row, less the gradient of the input. */
function flops({ batchSize, inputs, hidden }: Sizes): number {
  const weights = inputs * hidden + 2 * hidden * hidden + hidden;
  return batchSize * (6 * weights - 2 * inputs * hidden);
}

/** A plain MLP on numbers: the products alone. */
export const mlp: Workload = {
  name: 'mlp',
  summary: 'training step of an MLP 624-400-400-400-1, batch 4096, Adam',
  unit: 'step',
  sizes: { batchSize: 4096, inputs: 624, hidden: 400 },
  quickSizes: { batchSize: 16, inputs: 12, hidden: 8 },
  modes: ['dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'mlp', ['eager', 'compile']), 'tfjs-node': [ownSide('tfjs-node', 'tfjs-node')] },
  rowsPerSample: ({ batchSize }) => batchSize,
  flops,
  async prepare(settings) {
    const { mlpModel, numberColumns } = await import('../models/mlp-model');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { batchSize, inputs, hidden } = settings.sizes;
    const rows = numberColumns(NUM_BATCHES * batchSize, inputs);
    return trainingSide(mlpModel(inputs, [hidden, hidden, hidden]), rows, settings);
  },
};
