import { pythonSides } from '../workload';
import type { Side, SideSettings, Sizes, Workload } from '../workload';

const NUM_BATCHES = 8;
const LEARNING_RATE = 1e-3;

/** The tables' part of a step: distinct rows, gather, sum of the gradients by row, lazy Adam. */
export const embedding: Workload = {
  name: 'embedding',
  summary:
    'tables of a step: 160k lookups of 16 (dedupe, gather, sum by row, lazy Adam); --mode dense: Adam with L2 on all rows',
  unit: 'step',
  sizes: { batchSize: 4096, fields: 39, dim: 16, vocab: 1_000_000 },
  quickSizes: { batchSize: 16, fields: 3, dim: 4, vocab: 300 },
  modes: ['lazy', 'dense'],
  also: [{ sizes: { vocab: 10_000_000 } }],
  variants: ['threads', 'single'],
  peers: { torch: pythonSides('torch', 'embedding') },
  rowsPerSample: ({ batchSize, fields }) => batchSize * fields,
  bytes,
  prepare,
};

/** Looked-up rows are written and their gradients read; each distinct row is read once, updated with its two moments (three reads, three writes). */
function bytes({ batchSize, fields, dim }: Sizes, { distinct }: Readonly<Record<string, number>>): number {
  return Float32Array.BYTES_PER_ELEMENT * dim * (2 * batchSize * fields + 7 * distinct);
}

async function prepare({ sizes, mode, variant, threads }: SideSettings): Promise<Side> {
  const { createTableGroup } = await import('@ctrflow/embeddings');
  const { drawIds, keyOf } = await import('../draws');
  const { tableOptimizerOf } = await import('../training-side');
  const { batchSize, fields, dim, vocab } = sizes;
  const numRows = Math.floor(vocab / fields);
  const tables = Array.from({ length: fields }, (_, f) => ({ name: `f${f}`, numRows, paddingRow: false }));
  const group = createTableGroup('embedding', tables, { dim, key: keyOf('tables') });
  if (variant === 'threads') group.useThreads((await import('@ctrflow/embeddings/node')).createTableThreads(threads));
  group.useOptimizer(tableOptimizerOf(mode));
  const batches = Array.from({ length: NUM_BATCHES }, (_, batch) => {
    const rows = new Int32Array(batchSize * fields);
    for (let f = 0; f < fields; f++) {
      const ids = drawIds(keyOf('ids', batch, f), batchSize, numRows, group.offsetOf(`f${f}`));
      ids.forEach((id, b) => (rows[b * fields + f] = id));
    }
    return rows;
  });
  const gathered = new Float32Array(batchSize * fields * dim);
  const gradients = new Float32Array(batchSize * fields * dim).fill(1e-3);
  let step = 0;
  let distinct = 0;
  return {
    info: { lookups: batchSize * fields },
    run() {
      const plan = group.plan(batches[step % NUM_BATCHES]);
      group.gather(plan, gathered);
      step++;
      group.update(plan, gradients, { learningRate: LEARNING_RATE, step });
      distinct = plan.numDistinct;
      return Promise.resolve();
    },
    results: () => ({ distinct }),
    close: () => {
      group.dispose();
    },
  };
}
