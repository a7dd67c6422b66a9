import type { Dataset } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import { adam, autoEngine, fit } from '@ctrflow/training';
import type { FitResult } from '@ctrflow/training';
import type { NumericEncoding } from './data-sets';

/** What is chosen on the validation rows. */
export interface DeepChoice {
  readonly encoding: NumericEncoding;
  readonly l2Embedding: number;
  readonly dropout: number;
  readonly embeddingDim: number;
  readonly hiddenUnits: readonly number[];
  readonly learningRate: number;
  readonly l2Net: number;
  readonly batchNorm: boolean;
  readonly batchSize: number;
  readonly monitor: 'auc' | 'logLoss';
}

/** The values of each option, in the order in which they are tried; the first ones are where the search begins. */
export const grid: { readonly [K in keyof DeepChoice]: readonly DeepChoice[K][] } = {
  encoding: ['standard', 'quantile'],
  l2Embedding: [1e-3, 1e-5, 1e-4, 1e-2],
  dropout: [0.2, 0, 0.5],
  embeddingDim: [4, 2, 8],
  hiddenUnits: [[32, 16], [16], [64, 32]],
  learningRate: [2e-3, 5e-4, 1e-3],
  l2Net: [0, 1e-4, 1e-3],
  batchNorm: [false, true],
  batchSize: [512, 256, 2048],
  monitor: ['auc', 'logLoss'],
};

/** Trains DeepFM at most 30 epochs and keeps the best one. */
export function trainDeepFM(
  data: Readonly<Record<NumericEncoding, Dataset>>,
  choice: DeepChoice,
  seed: number,
): Promise<FitResult> {
  const { embeddingDim, hiddenUnits, dropout, batchNorm, l2Embedding, l2Net, learningRate, batchSize, monitor } =
    choice;
  const rows = data[choice.encoding];
  const model = deepFM(rows.schema, { embeddingDim, hiddenUnits, embeddingStdDev: 0.01, dropout, batchNorm, seed });
  return fit(model, rows, {
    ...{ seed, batchSize, epochs: 30, patience: 3, monitor, optimizer: adam(learningRate) },
    tableOptimizer: { kind: 'lazy-adam', l2: l2Embedding },
    l2: { net: l2Net, embedding: l2Embedding },
    engine: autoEngine({ threads: 1 }),
  });
}

/** Mean validation AUC over seeds, and the standard deviation. */
export async function validAuc(
  data: Readonly<Record<NumericEncoding, Dataset>>,
  choice: DeepChoice,
  seeds: readonly number[],
): Promise<{ readonly mean: number; readonly deviation: number }> {
  const values: number[] = [];
  for (const seed of seeds) {
    const { model, valid } = await trainDeepFM(data, choice, seed);
    values.push(valid!.auc);
    model.dispose();
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

/**
 * Changes one option at a time, in the order of the grid, and keeps a value when it gives a higher mean validation AUC over the seeds. Test rows are not
 * looked at.
 */
export async function chooseOnValidation(
  data: Readonly<Record<NumericEncoding, Dataset>>,
  seeds: readonly number[],
  report: (choice: DeepChoice, mean: number, deviation: number) => void,
): Promise<DeepChoice> {
  const names = Object.keys(grid) as (keyof DeepChoice)[];
  let best = Object.fromEntries(names.map((name) => [name, grid[name][0]])) as unknown as DeepChoice;
  let bestValue = -Infinity;
  const consider = async (choice: DeepChoice): Promise<void> => {
    const { mean, deviation } = await validAuc(data, choice, seeds);
    report(choice, mean, deviation);
    if (mean > bestValue) [best, bestValue] = [choice, mean];
  };
  await consider(best);
  for (const name of names) for (const value of grid[name].slice(1)) await consider({ ...best, [name]: value });
  return best;
}
