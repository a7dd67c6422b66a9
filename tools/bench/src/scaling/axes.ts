import type { Sizes, Workload } from '../workload';
import { deepfm } from '../workloads/deepfm';
import { din } from '../workloads/din';
import { streaming } from '../workloads/streaming';
import type { ScalingAxis } from './scaling';

/** One size that is varied, all others staying. */
export interface AxisPlan {
  readonly workload: Workload;
  /** What x is, in words. */
  readonly x: string;
  readonly values: readonly number[];
  /** Two values with which it takes seconds. */
  readonly quickValues: readonly number[];
  /** The sizes of the workload at x; absent for threads. */
  readonly sizesAt?: (x: number) => Sizes;
  /** What the time is proportional to in theory: operations, rows, or 1 / threads. */
  readonly work: (x: number, sizes: Sizes) => number;
  /** Why, as a clause. */
  readonly theory: string;
  /** Memory that x needs, in bytes; a size that needs more than half of what is free is left out. */
  readonly bytesAt?: (x: number, sizes: Sizes) => number;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Matrix products of DIN's step at histories of T: attention 64-32 for every event, MLP 200-80 for every row; forward and both gradients. */
function dinFlops({ batchSize, maxLength, dim, context }: Sizes): number {
  const attention = 4 * dim * 64 + 64 * 32 + 32;
  const deep = (context + 2) * dim * 200 + 200 * 80 + 80;
  return 6 * batchSize * (maxLength * attention + deep);
}

export const axisPlans: Readonly<Record<ScalingAxis, AxisPlan>> = {
  vocab: {
    workload: deepfm,
    x: 'rows of all tables',
    values: [10_000, 100_000, 1_000_000, 10_000_000, 50_000_000],
    quickValues: [300, 3000],
    sizesAt: (vocab) => ({ vocab }),
    work: () => 1,
    theory: 'a step touches the rows of its batch only, whatever lies beside them',
    bytesAt: (vocab, { dim }) => vocab * (dim + 1) * 3 * FLOAT_BYTES, // a row and Adam's two moments, embedding and linear term
  },
  batch: {
    workload: deepfm,
    x: 'rows of a batch',
    values: [256, 512, 1024, 2048, 4096, 8192],
    quickValues: [8, 32],
    sizesAt: (batchSize) => ({ batchSize }),
    work: (batchSize) => batchSize,
    theory: 'the work of a step is that of its rows',
  },
  fields: {
    workload: deepfm,
    x: 'fields',
    values: [5, 10, 20, 39, 80, 160],
    quickValues: [3, 6],
    sizesAt: (fields) => ({ fields }),
    work: (fields, { dim, hidden }) => fields * dim * hidden + 2 * hidden * hidden + hidden,
    theory: 'the products of the first layer grow with the fields, those of the others stay',
  },
  history: {
    workload: din,
    x: 'events of a history',
    values: [8, 16, 32, 64, 128],
    quickValues: [4, 8],
    sizesAt: (length) => ({ maxLength: length, minLength: length }),
    work: (_, sizes) => dinFlops(sizes),
    theory: 'the attention unit sees every event, the MLP every row',
  },
  threads: {
    workload: deepfm,
    x: 'threads',
    values: [1, 2, 4, 8],
    quickValues: [1, 2],
    work: (threads) => 1 / threads,
    theory: 'all of a step can be divided',
  },
  rows: {
    workload: streaming,
    x: 'rows of the file',
    values: [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000],
    quickValues: [300, 900],
    sizesAt: (rows) => ({ rows }),
    work: (rows) => rows,
    theory: 'every row is read, shuffled and looked up once',
  },
};
