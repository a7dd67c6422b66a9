import { emptyRecord, mapRecord, mergeRecords, recordOf } from '@ctrflow/core';
import { square, sum, valueAndGrads, add, addN, mul } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { lower, optimize, record, recordForAnyBatch } from '@ctrflow/compiler';
import type { Graph, OptimizeOptions, RecordContext, TensorSpec } from '@ctrflow/compiler';
import { withStep } from '@ctrflow/layers';
import type { StepContext } from '@ctrflow/layers';
import { outputsOf, rowFeedsOf } from '@ctrflow/model-kit';
import type { CtrModel, Feed, NamedWeight } from '@ctrflow/model-kit';
import type { StepSettings } from '../engine';
import { stepLoss } from '../loss';
import { slotsOf, stepScalars, updatedWeight } from '../optimizers';

/** Names of a graph's ports; each is unlike any weight's path. */
export const port = {
  label: 'label',
  rowWeight: 'row_weight',
  scale: 'gradient_scale',
  loss: 'loss',
  logits: 'logits',
  squaredNorm: 'squared_norm',
  scalar: (name: string): string => `step/${name}`,
  slot: (path: string, slot: string): string => `${path}:${slot}`,
  gradient: (name: string): string => `gradient/${name}`,
} as const;

/** A dropout mask that a training graph reads. */
export interface MaskSpec {
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/** A recorded step of training: one graph, or two when gradients are clipped by a norm that includes the tables. */
export interface TrainingProgram {
  readonly step: Graph;
  readonly masks: readonly MaskSpec[];
  /** Present when the step stops at the gradients. */
  readonly update?: Graph;
}

/** Shapes and types of feeds by name. */
export type TensorSpecs = Readonly<Record<string, TensorSpec & { readonly shape: readonly number[] }>>;

/** The forward pass `feeds -> logits [B, 1]`; the batch size stays open, other dimensions are those of `feeds`. */
export function forwardGraph(model: CtrModel, feeds: TensorSpecs, passes?: OptimizeOptions): Graph {
  const recordAt = (B: number): Graph =>
    record(
      ({ inputs }) => {
        const step: StepContext = { training: false, dropoutMask: () => neverDropped() };
        return recordOf([[port.logits, withStep(step, () => model.forward(inputs))]]);
      },
      { inputs: withBatch(feeds, B), variables: variablesOf(model.weights) },
    );
  return optimize(recordForAnyBatch(recordAt), passes);
}

/** One step of training on feeds of these shapes. */
export function trainingProgram(
  model: CtrModel,
  feeds: TensorSpecs,
  numRows: number,
  settings: StepSettings,
  passes?: OptimizeOptions,
): TrainingProgram {
  const masks: MaskSpec[] = [];
  const clipped = settings.clipNorm !== undefined;
  const trained = model.weights.filter(({ trainable }) => trainable);
  const column: TensorSpec = { shape: [numRows, 1], dtype: 'float32' };
  const inputs = mergeRecords(
    feeds,
    recordOf([[port.label, column], [port.rowWeight, column]]), // prettier-ignore
    clipped ? emptyRecord() : mergeRecords(scalarSpecs(settings), slotSpecs(trained, settings)),
  );
  const step = record(
    (context) => {
      const { loss, dense, rows } = gradients(model, trained, context, settings, masks);
      const outputs = recordOf<Tensor>([[port.loss, loss]]);
      rowFeedsOf(model).forEach((name, i) => (outputs[port.gradient(name)] = rows[i]));
      if (!clipped) return mergeRecords(outputs, updated(trained, dense, context, settings, 1));
      outputs[port.squaredNorm] = addN(dense.map((gradient) => sum(square(gradient))));
      trained.forEach(({ path }, i) => (outputs[port.gradient(path)] = dense[i]));
      return outputs;
    },
    { inputs, variables: variablesOf(model.weights) },
  );
  const program = { step: optimize(step, passes), masks };
  return clipped ? { ...program, update: optimize(updateGraph(trained, settings), passes) } : program;
}

/** Batch size and list length at which {@link requireCompilable} tries a model. */
const PROBE = { B: 8, T: 4 };

/** Models that {@link requireCompilable} has tried: to predict, or to train as well. */
const compilable = new WeakMap<CtrModel, 'prediction' | 'training'>();

/**
 * Records and lowers everything that an engine will need of a model, without running it; once for each model.
 *
 * @throws UnsupportedKernelError naming the operation that cannot be recorded or lowered
 */
export function requireCompilable(model: CtrModel, settings: StepSettings | undefined): void {
  const tried = compilable.get(model);
  if (tried === 'training' || (tried === 'prediction' && settings === undefined)) return;
  const specsOf = (feeds: readonly Feed[]): TensorSpecs =>
    recordOf(feeds.map((feed) => [feed.name, { shape: feed.shape(PROBE), dtype: feed.dtype }]));
  lower(forwardGraph(model, specsOf(model.feeds.filter(({ when }) => when === 'always'))));
  compilable.set(model, 'prediction');
  if (settings === undefined) return;
  const { step, update } = trainingProgram(model, specsOf(model.feeds), PROBE.B, settings);
  for (const graph of update === undefined ? [step] : [step, update]) lower(graph);
  compilable.set(model, 'training');
}

/** The dense optimizer alone: weights, slots and gradients times a scale -> weights and slots. */
function updateGraph(trained: readonly NamedWeight[], settings: StepSettings): Graph {
  const gradientSpecs = trained.map(({ path, variable }) => [port.gradient(path), specOf(variable)] as const);
  const scale: TensorSpec = { shape: [], dtype: 'float32' };
  return record(
    (context) => {
      const dense = trained.map(({ path }) => context.inputs[port.gradient(path)]);
      return updated(trained, dense, context, settings, context.inputs[port.scale]);
    },
    {
      inputs: mergeRecords(recordOf([[port.scale, scale], ...gradientSpecs]), scalarSpecs(settings), slotSpecs(trained, settings)), // prettier-ignore
      variables: variablesOf(trained),
    },
  );
}

/** Loss, gradients of dense weights (decay included) and of row feeds. */
function gradients(
  model: CtrModel,
  trained: readonly NamedWeight[],
  context: RecordContext,
  { l2 }: StepSettings,
  masks: MaskSpec[],
): { readonly loss: Scalar; readonly dense: readonly Tensor[]; readonly rows: readonly Tensor[] } {
  const { inputs } = context;
  const step: StepContext = { training: true, dropoutMask: maskInputs(context, masks) };
  const lossOf = (): Scalar =>
    withStep(step, () =>
      stepLoss(outputsOf(model, inputs), inputs[port.label] as Tensor2D, inputs[port.rowWeight] as Tensor2D),
    );
  const rows = rowFeedsOf(model).map((name) => inputs[name]);
  const { value, grads } = valueAndGrads(lossOf)([...trained.map(({ variable }) => variable), ...rows]);
  const dense = trained.map(({ variable, role }, i) => (l2[role] === 0 ? grads[i] : add(grads[i], mul(variable, l2[role])))); // prettier-ignore
  return { loss: value, dense, rows: grads.slice(trained.length) };
}

/** Assigns the new weights, so that they are updates of the graph, and returns the new slots. */
function updated(
  trained: readonly NamedWeight[],
  dense: readonly Tensor[],
  { inputs }: RecordContext,
  { optimizer }: StepSettings,
  scale: Tensor | number,
): Record<string, Tensor> {
  const scalars = recordOf(scalarNames(optimizer).map((name) => [name, inputs[port.scalar(name)]]));
  const outputs = emptyRecord<Tensor>();
  trained.forEach(({ path, variable }, i) => {
    const names = slotsOf(optimizer).map(({ name }) => port.slot(path, name));
    const gradient = scale === 1 ? dense[i] : mul(dense[i], scale);
    const { weight, slots } = updatedWeight(optimizer, variable, gradient, names.map((name) => inputs[name]), scalars); // prettier-ignore
    variable.assign(weight);
    names.forEach((name, k) => (outputs[nextName(name)] = slots[k]));
  });
  return outputs;
}

/** The name of a slot's new value. */
export function nextName(slot: string): string {
  return `${slot}:next`;
}

/** Every mask becomes an input; a layer that runs twice in a step reads the same mask. */
function maskInputs(context: RecordContext, masks: MaskSpec[]): StepContext['dropoutMask'] {
  const made = new Map<string, Tensor>();
  return (path, shape, rate) => {
    const name = `dropout/${path}/${shape.join('x')}`;
    const known = made.get(name);
    if (known !== undefined) return known;
    const mask = context.input(name, { shape, dtype: 'bool' });
    masks.push({ name, path, shape: [...shape], rate });
    made.set(name, mask);
    return mask;
  };
}

function neverDropped(): Tensor {
  throw new TypeError('dropoutMask: no layer drops anything in prediction');
}

function variablesOf(weights: readonly NamedWeight[]): Readonly<Record<string, Variable>> {
  return recordOf(weights.map(({ path, variable }) => [path, variable]));
}

function specOf({ shape }: Variable): TensorSpec {
  return { shape, dtype: 'float32' };
}

/** Names of the numbers that change with every step. */
export function scalarNames(optimizer: StepSettings['optimizer']): readonly string[] {
  return Object.keys(stepScalars(optimizer, { learningRate: 1, step: 1 }));
}

function scalarSpecs({ optimizer }: StepSettings): Readonly<Record<string, TensorSpec>> {
  return recordOf(scalarNames(optimizer).map((name) => [port.scalar(name), { shape: [], dtype: 'float32' }]));
}

function slotSpecs(trained: readonly NamedWeight[], { optimizer }: StepSettings): Readonly<Record<string, TensorSpec>> {
  const ofWeight = ({ path, variable }: NamedWeight): [string, TensorSpec][] =>
    slotsOf(optimizer).map(({ name }) => [port.slot(path, name), specOf(variable)]);
  return recordOf(trained.flatMap(ofWeight));
}

function withBatch(feeds: TensorSpecs, B: number): TensorSpecs {
  return mapRecord(feeds, ({ shape, dtype }) => ({ shape: [B, ...shape.slice(1)], dtype }));
}
