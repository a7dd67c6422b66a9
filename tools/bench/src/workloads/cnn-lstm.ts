import { engineNames } from '../engines';
import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** CNN-LSTM: a window of measurements of a year's weeks. */
export const cnnLstm: Workload = {
  name: 'cnn-lstm',
  summary: 'training step of CNN-LSTM, window of 52 steps and 4 channels, convolutions 32-64 with pooling, LSTM 64, MLP 32, batch 1024', // prettier-ignore
  unit: 'step',
  sizes: { batchSize: 1024, steps: 52, channels: 4, filters: 32, units: 64, hidden: 32 },
  quickSizes: { batchSize: 8, steps: 8, channels: 2, filters: 4, units: 4, hidden: 4 },
  modes: ['dense'],
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'cnn_lstm', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  async prepare(settings) {
    const { cnnLstm: buildCnnLstm } = await import('@ctrflow/cnn-lstm');
    const { windowColumns, windowSchema } = await import('../models/windows');
    const { NUM_BATCHES, trainingSide } = await import('../training-side');
    const { batchSize, filters, units, hidden } = settings.sizes;
    const schema = windowSchema(settings.sizes);
    const model = buildCnnLstm(schema, { filters: [filters, 2 * filters], units, hiddenUnits: [hidden] });
    return trainingSide(model, windowColumns(NUM_BATCHES * batchSize, schema), settings);
  },
};
