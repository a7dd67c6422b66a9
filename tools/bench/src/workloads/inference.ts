import type { RowSource } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import { engineNames, loadEngine } from '../engines';
import { pythonSides } from '../workload';
import type { Side, SideSettings, Workload } from '../workload';

/** Rows that calls cycle through, so that batches differ. */
const NUM_ROWS = 200_000;

/** Probabilities of a batch that lies in memory, with a model that is loaded and compiled. */
export const inference: Workload = {
  name: 'inference',
  summary: "probabilities of --batch rows by a DeepFM of Criteo's size (39 fields of 16, V = 1M, MLP 400x3)",
  unit: 'call',
  sizes: { batchSize: 1, fields: 39, dim: 16, hidden: 400, vocab: 1_000_000 },
  quickSizes: { batchSize: 16, fields: 3, dim: 4, hidden: 8, vocab: 300 },
  modes: ['predict'],
  also: [100, 1000, 100_000].map((batchSize) => ({ sizes: { batchSize } })),
  variants: engineNames,
  quickVariant: 'eager',
  peers: { torch: pythonSides('torch', 'inference', ['eager', 'compile']) },
  rowsPerSample: ({ batchSize }) => batchSize,
  prepare,
};

/** Weights are as they begin: their values do not change the time. */
async function prepare({ sizes, variant, threads }: SideSettings): Promise<Side> {
  const { rowsInMemory } = await import('@ctrflow/data');
  const { deepFM } = await import('@ctrflow/deepfm');
  const { fieldColumns, fieldsSchema } = await import('../models/id-fields');
  const { batchSize, fields, dim, hidden, vocab } = sizes;
  const rowsPerField = Math.floor(vocab / fields);
  const options = { embeddingDim: dim, embeddingStdDev: 1e-2, hiddenUnits: [hidden, hidden, hidden] };
  const model = deepFM(fieldsSchema(fields, rowsPerField), options);
  const prepared = await loadEngine(variant, threads).prepare(model);
  const numBatches = Math.max(1, Math.min(8, Math.floor(NUM_ROWS / batchSize)));
  const rows = rowsInMemory(fieldColumns(numBatches * batchSize, fields, rowsPerField));
  const batches = endlessly(rows, batchSize);
  let mean = NaN;
  return {
    info: { engine: prepared.engine, parameters: model.numParameters },
    async run() {
      const { value: batch } = await batches.next();
      const logits = await prepared.logits(batch);
      const probabilities = Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
      mean = probabilities.reduce((sum, probability) => sum + probability, 0) / batchSize;
    },
    results: () => ({ meanProbability: mean }),
    close() {
      prepared.dispose();
      model.dispose();
    },
  };
}

async function* endlessly(rows: RowSource, batchSize: number): AsyncGenerator<EncodedColumns, never> {
  for (;;) yield* rows.batches({ batchSize });
}
