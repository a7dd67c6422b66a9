import { randomKey } from '@ctrflow/core';
import { rowsInMemory } from '@ctrflow/data';
import type { RowSource } from '@ctrflow/data';
import type { TableOptimizer } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';
import { adam } from '@ctrflow/training';
import { keyOf } from './draws';
import { loadEngine } from './engines';
import type { Side, SideSettings } from './workload';

/** Batches of different rows that a side of a step workload cycles through, in a new order each time. */
export const NUM_BATCHES = 8;
/** L2 of the tables where every row is updated at every step; the peers use the same. */
const TABLE_L2 = 1e-5;
const LEARNING_RATE = 1e-3;

/** How tables are updated: `lazy` touches the rows of the batch, `dense` all rows, with L2. */
export function tableOptimizerOf(mode: string): TableOptimizer {
  return mode === 'dense' ? { kind: 'dense-adam', l2: TABLE_L2 } : { kind: 'lazy-adam' };
}

/** A whole training step as a sample: the batch, tables, forward, backward, optimizers. */
export async function trainingSide(model: CtrModel, rows: EncodedColumns, settings: SideSettings): Promise<Side> {
  const { variant, threads, mode, sizes } = settings;
  const engine = loadEngine(variant, threads);
  let nodes: number | undefined;
  const prepared = await engine.prepare(model, {
    optimizer: adam(LEARNING_RATE),
    tableOptimizer: tableOptimizerOf(mode),
    l2: { net: 0, embedding: 0 },
    key: randomKey(1),
    onCompile: (phase) => (nodes = Math.max(nodes ?? 0, phase.nodes ?? 0)),
  });
  const batches = endlessly(rowsInMemory(rows), sizes.batchSize);
  let step = 0;
  let loss = NaN;
  return {
    info: { engine: prepared.engine, parameters: model.numParameters },
    async run() {
      const { value: batch } = await batches.next();
      step++;
      ({ loss } = await prepared.trainStep(batch, { step, learningRate: LEARNING_RATE }));
    },
    results: () => ({ loss, ...(nodes !== undefined && { nodes }) }),
    close() {
      prepared.dispose();
      model.dispose();
    },
  };
}

async function* endlessly(rows: RowSource, batchSize: number): AsyncGenerator<EncodedColumns, never> {
  for (let epoch = 0; ; epoch++) yield* rows.batches({ batchSize, shuffle: keyOf('shuffle', epoch) });
}
