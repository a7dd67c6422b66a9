import { emptyRecord, mapRecord, mergeRecords, recordOf } from '@ctrflow/core';
import { add, addN, mul, scalar, square, sum } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { lower, optimize, record, recordForAnyBatch } from '@ctrflow/compiler';
import type { Graph, OptimizeOptions, RecordContext, TensorSpec } from '@ctrflow/compiler';
import { withStep } from '@ctrflow/layers';
import type { StepContext } from '@ctrflow/layers';
import { outputsOf } from '@ctrflow/model-kit';
import type { CtrModel, DenseOptimizer, Feed, NamedWeight } from '@ctrflow/model-kit';
import type { StepSettings } from '../engine';
import { slotsOf, stepScalars, updatedWeight } from '../optimizers';
import { turnsOf, requireReached, valueAndGradients } from '../turns';
import type { Turn } from '../turns';
import { lossPort, turnLoss } from '../step-loss';

/** Names of a graph's ports besides those of {@link lossPort}; each is unlike any weight's path. */
export const port = {
  scale: 'gradient_scale',
  loss: 'loss',
  lossOf: (objective: string): string => `loss/${objective}`,
  output: (name: string): string => `output/${name}`,
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

/** A recorded step of a turn of training: one graph, or two when gradients are clipped by a norm that includes the tables. */
export interface TrainingProgram {
  readonly step: Graph;
  readonly masks: readonly MaskSpec[];
  /** Feeds that the loss depends on, of those whose gradients go to tables. */
  readonly rowFeeds: readonly string[];
  /** Objectives whose losses the step gives by themselves. */
  readonly objectives: readonly string[];
  /** Present when the step stops at the gradients. */
  readonly update?: Graph;
}

/** Shapes and types of feeds by name. */
export type TensorSpecs = Readonly<Record<string, TensorSpec & { readonly shape: readonly number[] }>>;

/** The forward pass `feeds -> outputs`, by {@link port}; the batch size stays open, other dimensions are those of `feeds`. */
export function forwardGraph(model: CtrModel, feeds: TensorSpecs, passes?: OptimizeOptions): Graph {
  const recordAt = (B: number): Graph =>
    record(
      ({ inputs }) => {
        const step: StepContext = { training: false, dropoutMask: () => neverDropped() };
        const outputs = withStep(step, () => model.forward(inputs));
        return recordOf(Object.entries(outputs).map(([name, output]) => [port.output(name), output]));
      },
      { inputs: withBatch(feeds, B), variables: variablesOf(model.weights) },
    );
  return optimize(recordForAnyBatch(recordAt), passes);
}

/** One step of a turn of training, on feeds of these shapes and columns that its losses read. */
export function trainingProgram(
  model: CtrModel,
  feeds: TensorSpecs,
  columns: TensorSpecs,
  turn: Turn,
  settings: StepSettings,
  passes?: OptimizeOptions,
): TrainingProgram {
  const masks: MaskSpec[] = [];
  const clipped = settings.clipNorm !== undefined;
  const { optimizer } = turn;
  let found: Gradients | undefined;
  const inputs = mergeRecords(
    feeds,
    columns,
    clipped ? emptyRecord() : mergeRecords(scalarSpecs(optimizer), slotSpecs(turn.weights, optimizer)),
  );
  const step = record(
    (context) => {
      const made = gradients(model, turn, columns, context, settings, masks);
      found = made;
      const outputs = recordOf<Tensor>([
        [port.loss, made.loss],
        ...Object.entries(made.losses).map(([name, loss]): [string, Tensor] => [port.lossOf(name), loss]),
        ...made.rows.map(({ name, gradient }): [string, Tensor] => [port.gradient(name), gradient]),
      ]);
      if (!clipped) return mergeRecords(outputs, updated(made.dense, context, optimizer, 1));
      const norms = made.dense.map(({ gradient }) => sum(square(gradient)));
      outputs[port.squaredNorm] = norms.length === 0 ? scalar(0) : addN(norms);
      for (const { weight, gradient } of made.dense) outputs[port.gradient(weight.path)] = gradient;
      return outputs;
    },
    { inputs, variables: variablesOf(model.weights) },
  );
  const { dense, rows, losses } = found!;
  const program = {
    step: optimize(step, passes),
    masks,
    rowFeeds: rows.map(({ name }) => name),
    objectives: Object.keys(losses),
  };
  const trained = dense.map(({ weight }) => weight);
  return clipped ? { ...program, update: optimize(updateGraph(trained, optimizer), passes) } : program;
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
  const columns = probeColumns(model);
  for (const turn of turnsOf(model, settings)) {
    const { step, update } = trainingProgram(model, specsOf(model.feeds), columns, turn, settings);
    for (const graph of update === undefined ? [step] : [step, update]) lower(graph);
  }
  compilable.set(model, 'training');
}

/** What losses may read, for the rows of the probe. */
function probeColumns({ schema: { targets } }: CtrModel): TensorSpecs {
  const names = targets.flatMap(({ name }) => [lossPort.target(name), lossPort.targetWeight(name)]);
  const column = (dtype: 'float32' | 'int32') => ({ shape: [PROBE.B, 1], dtype });
  return mergeRecords(
    recordOf([lossPort.rowWeight, ...names].map((name) => [name, column('float32')])),
    recordOf([[lossPort.groups, column('int32')]]),
  );
}

/** The dense optimizer alone: weights, slots and gradients times a scale -> weights and slots. */
function updateGraph(trained: readonly NamedWeight[], optimizer: DenseOptimizer): Graph {
  const gradientSpecs = trained.map(({ path, variable }) => [port.gradient(path), specOf(variable)] as const);
  const scale: TensorSpec = { shape: [], dtype: 'float32' };
  return record(
    (context) => {
      const dense = trained.map((weight) => ({ weight, gradient: context.inputs[port.gradient(weight.path)] }));
      return updated(dense, context, optimizer, context.inputs[port.scale]);
    },
    {
      inputs: mergeRecords(recordOf([[port.scale, scale], ...gradientSpecs]), scalarSpecs(optimizer), slotSpecs(trained, optimizer)), // prettier-ignore
      variables: variablesOf(trained),
    },
  );
}

/** Gradients of a step: of dense weights (decay included) and of row feeds, as far as the loss depends on them. */
interface Gradients {
  readonly loss: Scalar;
  /** By objective, where there are several. */
  readonly losses: Readonly<Record<string, Scalar>>;
  readonly dense: readonly { readonly weight: NamedWeight; readonly gradient: Tensor }[];
  readonly rows: readonly { readonly name: string; readonly gradient: Tensor }[];
}

function gradients(
  model: CtrModel,
  turn: Turn,
  columns: TensorSpecs,
  context: RecordContext,
  settings: StepSettings,
  masks: MaskSpec[],
): Gradients {
  const { inputs } = context;
  const { l2 } = settings;
  const step: StepContext = { training: true, dropoutMask: maskInputs(context, masks) };
  const read = mapRecord(columns, (_, name) => inputs[name]);
  let losses: Gradients['losses'] = emptyRecord();
  const lossOf = (): Scalar => {
    const { total, each } = turnLoss(
      turn,
      withStep(step, () => outputsOf(model, inputs)),
      model.schema.targets,
      read,
    );
    losses = each;
    return total;
  };
  const rows = turn.rowFeeds.map((name) => inputs[name]);
  const { value, grads } = valueAndGradients(lossOf, [...turn.weights.map(({ variable }) => variable), ...rows]);
  const dense = turn.weights.flatMap((weight, i) => {
    const gradient = grads[i];
    if (gradient === undefined) {
      requireReached(model, turn, weight.path, settings);
      return [];
    }
    const { variable, role } = weight;
    return [{ weight, gradient: l2[role] === 0 ? gradient : add(gradient, mul(variable, l2[role])) }];
  });
  const ofRows = turn.rowFeeds.flatMap((name, i) => {
    const gradient = grads[turn.weights.length + i];
    return gradient === undefined ? [] : [{ name, gradient }];
  });
  return { loss: value, losses, dense, rows: ofRows };
}

/** Assigns the new weights, so that they are updates of the graph, and returns the new slots. */
function updated(
  dense: Gradients['dense'],
  { inputs }: RecordContext,
  optimizer: DenseOptimizer,
  scale: Tensor | number,
): Record<string, Tensor> {
  const scalars = recordOf(scalarNames(optimizer).map((name) => [name, inputs[port.scalar(name)]]));
  const outputs = emptyRecord<Tensor>();
  for (const {
    weight: { path, variable },
    gradient,
  } of dense) {
    const names = slotsOf(optimizer).map(({ name }) => port.slot(path, name));
    const scaled = scale === 1 ? gradient : mul(gradient, scale);
    const { weight, slots } = updatedWeight(optimizer, variable, scaled, names.map((name) => inputs[name]), scalars); // prettier-ignore
    variable.assign(weight);
    names.forEach((name, k) => (outputs[nextName(name)] = slots[k]));
  }
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
function scalarNames(optimizer: DenseOptimizer): readonly string[] {
  return Object.keys(stepScalars(optimizer, { learningRate: 1, step: 1 }));
}

function scalarSpecs(optimizer: DenseOptimizer): Readonly<Record<string, TensorSpec>> {
  return recordOf(scalarNames(optimizer).map((name) => [port.scalar(name), { shape: [], dtype: 'float32' }]));
}

function slotSpecs(trained: readonly NamedWeight[], optimizer: DenseOptimizer): Readonly<Record<string, TensorSpec>> {
  const ofWeight = ({ path, variable }: NamedWeight): [string, TensorSpec][] =>
    slotsOf(optimizer).map(({ name }) => [port.slot(path, name), specOf(variable)]);
  return recordOf(trained.flatMap(ofWeight));
}

function withBatch(feeds: TensorSpecs, B: number): TensorSpecs {
  return mapRecord(feeds, ({ shape, dtype }) => ({ shape: [B, ...shape.slice(1)], dtype }));
}
