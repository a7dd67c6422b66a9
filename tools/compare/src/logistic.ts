import type { Dataset, RowSource } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import type { CtrModel } from '@ctrflow/model-kit';
import { adam, eagerEngine } from '@ctrflow/training';
import { randomKey } from '@ctrflow/core';

/** Rows as sparse vectors over all weights but the bias: what LR multiplies, and what scikit-learn is given. */
export interface SparseRows {
  readonly numFeatures: number;
  readonly labels: Float32Array;
  /** Row i has entries `offsets[i]` to `offsets[i + 1]` (exclusive). */
  readonly offsets: Int32Array;
  readonly features: Int32Array;
  readonly values: Float64Array;
}

/** All rows of a source as one batch. */
export async function wholeBatch(rows: RowSource): Promise<EncodedColumns> {
  for await (const batch of rows.batches({ batchSize: rows.numRows })) return batch;
  throw new Error('no rows');
}

/** One feature per table row (padding rows have none), then one per number. */
export function sparseRows({ schema }: Dataset, batch: EncodedColumns): SparseRows {
  const firsts = new Map<string, number>();
  let numFeatures = 0;
  for (const slot of schema.slots) {
    const name = 'table' in slot ? slot.table : slot.name;
    if (firsts.has(name)) continue;
    firsts.set(name, numFeatures);
    numFeatures += 'table' in slot ? slot.numRows : 1;
  }
  const offsets = new Int32Array(batch.numRows + 1);
  const features: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    for (const slot of schema.slots) {
      if (slot.kind === 'value') {
        features.push(firsts.get(slot.name)!);
        values.push(batch.values[slot.name][row]);
      } else if (slot.kind === 'id' && batch.ids[slot.name][row] > 0) {
        features.push(firsts.get(slot.table)! + batch.ids[slot.name][row]);
        values.push(1);
      }
    }
    offsets[row + 1] = features.length;
  }
  const label = batch.targets?.label ?? new Float32Array(batch.numRows);
  return { numFeatures, labels: label.slice(), offsets, features: Int32Array.from(features), values: Float64Array.from(values) }; // prettier-ignore
}

/** The weights of LR in the order of {@link sparseRows}, and its bias. */
function weightsOf(model: CtrModel, numFeatures: number): { readonly w: Float64Array; readonly bias: number } {
  const w = new Float64Array(numFeatures);
  const tables = new Map(
    model.groups.flatMap((group) => group.tables.map(({ name }) => [name, group.weights(name)] as const)),
  );
  const dense = new Map(model.weights.map(({ path, variable }) => [path, variable.dataSync<'float32'>()]));
  const numbers = [...dense].filter(([path]) => path !== 'linear/bias').map(([, values]) => values);
  let [at, number] = [0, 0];
  const seen = new Set<string>();
  const allNumbers = numbers.flatMap((values) => [...values]);
  for (const slot of model.schema.slots) {
    const name = 'table' in slot ? slot.table : slot.name;
    if (seen.has(name)) continue;
    seen.add(name);
    if (!('table' in slot)) w[at++] = allNumbers[number++];
    else {
      w.set(tables.get(slot.table)!, at);
      at += slot.numRows;
    }
  }
  return { w, bias: dense.get('linear/bias')![0] };
}

/** Norm of the gradient of `mean log loss + l2 / 2 |w|^2` (the bias is free), in float64 from its definition. */
export function gradientNorm(model: CtrModel, rows: SparseRows, l2: number): number {
  const { w, bias } = weightsOf(model, rows.numFeatures);
  const n = rows.labels.length;
  const gradient = w.map((weight) => l2 * weight);
  let ofBias = 0;
  for (let i = 0; i < n; i++) {
    let z = bias;
    for (let k = rows.offsets[i]; k < rows.offsets[i + 1]; k++) z += w[rows.features[k]] * rows.values[k];
    const error = (1 / (1 + Math.exp(-z)) - rows.labels[i]) / n;
    ofBias += error;
    for (let k = rows.offsets[i]; k < rows.offsets[i + 1]; k++) gradient[rows.features[k]] += error * rows.values[k];
  }
  return Math.sqrt(gradient.reduce((sum, g) => sum + g * g, ofBias * ofBias));
}

/** LR trained with full batches and dense Adam, at a falling rate, until its gradient is that small. */
export async function trainToGradient(
  data: Dataset,
  { l2, norm, maxSteps }: { readonly l2: number; readonly norm: number; readonly maxSteps: number },
): Promise<{ readonly model: CtrModel; readonly steps: number; readonly gradientNorm: number }> {
  const model = lr(data.schema);
  const batch = await wholeBatch(data.train);
  const rows = sparseRows(data, batch);
  const prepared = await eagerEngine().prepare(model, {
    optimizer: adam(1),
    tableOptimizer: { kind: 'dense-adam', l2 },
    l2: { net: 0, embedding: l2 },
    key: randomKey(1),
  });
  let [learningRate, best, steps] = [0.3, Infinity, 0];
  while (best > norm && steps < maxSteps) {
    for (let i = 0; i < 20; i++) await prepared.trainStep(batch, { step: ++steps, learningRate });
    const reached = gradientNorm(model, rows, l2);
    if (reached > best) learningRate *= 0.7;
    best = Math.min(best, reached);
    console.error(`lr: step ${steps}, rate ${learningRate.toPrecision(2)}, gradient norm ${reached.toExponential(2)}`);
  }
  prepared.dispose();
  return { model, steps, gradientNorm: gradientNorm(model, rows, l2) };
}
