import '@tensorflow/tfjs-backend-cpu';
import { abs, add, concat, exp, log1p, mean, mul, neg, relu, sub } from '@tensorflow/tfjs-core';
import { env, tensor, tensor2d, tidy, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { repairGradients } from '@ctrflow/compiler';
import { fillDropoutMask, foldIn, randomKey, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import { Feeder, feedTensor, isTableFeed, outputsOf, predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel, FeedSource, StepOutputs, TableFeed } from '@ctrflow/model-kit';

// No banner in the output of tests.
env().set('PROD', true);

/** The feeds of a batch as tensors, with `key` those of training; the caller disposes of them. */
export function feedTensors(model: CtrModel, batch: EncodedColumns, key?: RandomKey): Record<string, Tensor> {
  const feeds = Object.entries(new Feeder(model).feed(batch, key));
  return Object.fromEntries(feeds.map(([name, { data, shape }]) => [name, feedTensor({ data: data.slice(), shape })]));
}

/** Runs `body` as a step: in training with masks that are a function of (seed, path), in prediction with none to be had. */
export function applyWithStep<T>(training: boolean, body: () => T, seed = 1): T {
  const dropoutMask = (path: string, shape: readonly number[], rate: number): Tensor => {
    if (!training) throw new Error(`${path}: expected no dropout in prediction, got a request for a mask`);
    const size = shape.reduce((product, length) => product * length, 1);
    const key = foldIn(randomKey(seed), path);
    return tensor(fillDropoutMask(key, rate, new Uint8Array(size)), [...shape], 'bool');
  };
  return withStep({ training, dropoutMask }, body);
}

/** Names of the outputs of one number a row, in the order of `model.outputs`; vectors are left out. */
export function columnOutputs(model: CtrModel): readonly string[] {
  return tidy(() => {
    const feeds = model.feeds.filter(({ when }) => when === 'always').map((feed) => [feed.name, zeros(feed.shape({ B: 1, T: 1 }), feed.dtype)] as const); // prettier-ignore
    const outputs = applyWithStep(false, () => model.forward(Object.fromEntries(feeds)));
    return model.outputs.filter((name) => outputs[name].size === 1);
  });
}

/** Logits `[B]` of a batch in prediction (or training, with masks of `seed`); of several outputs of one number one after the other, in the order of `model.outputs`. */
export function logitsOf(model: CtrModel, batch: EncodedColumns, training = false, seed = 1): Float32Array {
  const logits = tidy(() => {
    const outputs = applyWithStep(training, () => model.forward(feedTensors(model, batch)), seed);
    return concat(
      columnOutputs(model).map((name) => outputs[name]),
      0,
    ); // [outputs * B, 1]
  });
  const values = logits.dataSync<'float32'>().slice();
  logits.dispose();
  return values;
}

/** A loss and its gradients by weight path; a table's gradient is summed per row. */
export interface LossAndGradients {
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Float64Array>>;
  /** Gradients with respect to the row feeds, by feed name. */
  readonly rowGradients: Readonly<Record<string, Float32Array>>;
}

/**
 * Mean binary cross-entropy of a batch with labels, added up over the targets, and its gradient with respect to every trainable weight and every table; with `key`, which draws negatives, the
 * model's own losses count too.
 */
export function lossAndGradients(
  model: CtrModel,
  batch: EncodedColumns,
  training = false,
  key?: RandomKey,
): LossAndGradients {
  repairGradients();
  const trained = model.weights.filter(({ trainable }) => trainable);
  const rowFeeds = model.feeds.filter(isTableFeed).filter(({ when }) => when === 'always' || key !== undefined);
  const [value, ...grads] = tidy(() => {
    const feeds = feedTensors(model, batch, key);
    const lossOf = (): Scalar => applyWithStep(training, () => totalLoss(model, outputsOf(model, feeds), batch));
    const variables = [...trained.map(({ variable }) => variable), ...rowFeeds.map(({ name }) => feeds[name])];
    const found = valueAndGrads(lossOf)(variables);
    return [found.value, ...found.grads];
  });
  const [loss] = value.dataSync();
  const arrays = grads.map((gradient) => ({ data: gradient.dataSync<'float32'>().slice(), shape: gradient.shape }));
  for (const used of [value, ...grads]) used.dispose();
  const gradients: Record<string, Float64Array> = {};
  trained.forEach(({ path }, i) => {
    gradients[path] = Float64Array.from(arrays[i].data);
  });
  const rows = arrays.slice(trained.length);
  rowFeeds.forEach((feed, i) => {
    scatter(model, batch, { feed, gradient: rows[i].data, key }, gradients);
  });
  return { loss, gradients, rowGradients: Object.fromEntries(rowFeeds.map(({ name }, i) => [name, rows[i].data])) };
}

function totalLoss(model: CtrModel, { outputs, losses }: StepOutputs, { targets, numRows }: EncodedColumns): Scalar {
  const terms = predictionsOf(model).map(({ target: { name }, output }) =>
    crossEntropy(outputs[output] as Tensor2D, tensor2d(targets?.[name] ?? new Float32Array(), [numRows, 1])),
  );
  return [...terms, ...Object.values(losses).map((loss) => mean<Scalar>(loss))].reduce((total, loss) =>
    add(total, loss),
  );
}

function crossEntropy(logits: Tensor2D, labels: Tensor2D): Scalar {
  return mean(add(sub(relu(logits), mul(logits, labels)), log1p(exp(neg(abs(logits))))));
}

interface RowsGradient {
  readonly feed: TableFeed;
  readonly gradient: Float32Array;
  readonly key: RandomKey | undefined;
}

/** Sums the gradient of a row feed per table row, lookup by lookup: an own way, so that the feeder's is not believed. */
function scatter(
  { schema, groups }: CtrModel,
  batch: EncodedColumns,
  { feed, gradient, key }: RowsGradient,
  out: Record<string, Float64Array>,
): void {
  const { dim, group } = feed;
  const tables = (groups.find(({ name }) => name === group)?.tables ?? []).reduce<PlacedTable[]>(
    (placed, { name, numRows, paddingRow }) => [
      ...placed,
      { name, from: placed.at(-1)?.to ?? 0, to: (placed.at(-1)?.to ?? 0) + numRows, isPadded: paddingRow !== false },
    ],
    [],
  );
  const tableOf = (slotName: string): string | undefined => {
    const slot = schema.slots.find(({ name }) => name === slotName);
    return slot !== undefined && 'table' in slot ? slot.table : undefined;
  };
  const found = new Int32Array(gradient.length / dim);
  feed.find(sourceOf(batch, key), (slot) => tables.find(({ name }) => name === tableOf(slot))!.from, found);
  found.forEach((row, at) => {
    const { name, from, to, isPadded } = tables.find((table) => row >= table.from && row < table.to)!;
    const sums = (out[`${group}/${name}`] ??= new Float64Array((to - from) * dim));
    if (isPadded && row === from) return; // learns nothing
    for (let d = 0; d < dim; d++) sums[(row - from) * dim + d] += gradient[at * dim + d];
  });
}

/** A table and its rows among those of its group. */
interface PlacedTable {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isPadded: boolean;
}

/** What feeds are filled from, of lists padded to the longest. */
export function sourceOf(batch: EncodedColumns, key?: RandomKey): FeedSource {
  const rows = Uint32Array.from({ length: batch.numRows }, (_, row) => row);
  const lengthOf = (slot: string): number => {
    const { offsets } = batch.lists[slot];
    return Math.max(1, ...offsets.subarray(1).map((end, b) => end - offsets[b]));
  };
  return { batch, selection: { columns: batch, rows }, key, lengthOf };
}

/** One step of plain gradient descent on dense weights and tables, with `key` on the model's own losses too; returns the loss before it. */
export function trainStep(model: CtrModel, batch: EncodedColumns, learningRate: number, key?: RandomKey): number {
  for (const group of model.groups) if (group.optimizer === undefined) group.useOptimizer({ kind: 'sgd' });
  const feeder = new Feeder(model);
  feeder.feed(batch, key);
  const { loss, gradients, rowGradients } = lossAndGradients(model, batch, true, key);
  for (const { path, variable, trainable } of model.weights) {
    if (!trainable) continue;
    tidy(() => {
      const gradient = tensor(Float32Array.from(gradients[path]), variable.shape);
      variable.assign(sub(variable, mul(gradient, learningRate)));
    });
  }
  feeder.update(rowGradients, { learningRate, step: 1 });
  return loss;
}

/**
 * Gives every weight a value in [-limit, limit], a function of (seed, path, element), so that no term is hidden by a zero; statistics that must be positive
 * get [0.5, 1.5], padding rows stay zero.
 */
export function randomizeWeights(model: CtrModel, seed = 1, limit = 0.5): void {
  const draw = (path: string, size: number): Float32Array => {
    const key = foldIn(randomKey(seed), path);
    return Float32Array.from({ length: size }, (_, i) => limit * (2 * uniformAt(key, i) - 1));
  };
  for (const { path, variable, trainable } of model.weights) {
    const drawn = draw(path, variable.size);
    const values = trainable ? drawn : drawn.map((value) => 1 + value / (2 * limit));
    tidy(() => {
      variable.assign(tensor(values, variable.shape));
    });
  }
  for (const group of model.groups) {
    for (const { name, numRows, paddingRow } of group.tables) {
      const values = draw(`${group.name}/${name}`, numRows * group.dim);
      if (paddingRow !== false) values.fill(0, 0, group.dim);
      group.setWeights(name, values);
    }
  }
}
