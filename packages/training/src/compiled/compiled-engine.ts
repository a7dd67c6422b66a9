import { encodeOnnx, loadRuntime, lower, updateName } from '@ctrflow/compiler';
import type {
  Dim,
  Graph,
  OptimizeOptions,
  PassName,
  RuntimeName,
  Runtime,
  RuntimeSession,
  RuntimeTensor,
  SessionOptions,
} from '@ctrflow/compiler';
import {
  SerializationError,
  expected,
  fillDropoutMask,
  foldIn,
  mapRecord,
  mergeRecords,
  recordOf,
} from '@ctrflow/core';
import type { NamedArrays } from '@ctrflow/embeddings';
import { LABEL, targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import { Feeder, rowFeedsOf } from '@ctrflow/model-kit';
import type { CtrModel, FeedArray, NamedWeight, RowGradients } from '@ctrflow/model-kit';
import { loadBackend } from '@ctrflow/backends';
import type { CompilePhase, StepEngine, StepInputs, StepResult, StepSettings } from '../engine';
import { slotsOf, stepScalars } from '../optimizers';
import { prepareWith } from '../prepared-model';
import type { ModelRunner } from '../prepared-model';
import { rowWeights } from '../row-weights';
import { forwardGraph, nextName, port, requireCompilable, trainingProgram } from './programs';
import type { TensorSpecs, TrainingProgram } from './programs';
import { AlternatingState } from './state';
import { tableThreads } from './table-threads';

/** Options of {@link compiledEngine}. */
export interface CompiledEngineOptions extends SessionOptions {
  /** Default `auto`: the best one installed. */
  readonly runtime?: RuntimeName | 'auto';
  /** Passes that are left out, to see what each is worth. Default: none. */
  readonly withoutPasses?: readonly PassName[];
}

/**
 * Records the model's step, rewrites it and runs it in ONNX Runtime with all cores. The model knows nothing of it.
 *
 * @throws BackendError from `prepare` when no ONNX Runtime is installed; UnsupportedKernelError from `prepare` when the model uses an
 * operation that has no lowering, or a shape that is no multiple of the batch size plus a number
 */
export function compiledEngine({
  runtime = 'auto',
  withoutPasses,
  ...session
}: CompiledEngineOptions = {}): StepEngine {
  return {
    name: 'compiled',
    prepare: (model, settings) =>
      prepareWith(model, settings, async () => {
        await loadBackend('auto'); // models make their variables on a tfjs backend
        const found = await loadRuntime(runtime);
        requireCompilable(model, settings);
        if (settings !== undefined) {
          const threads = await tableThreads(found.runtime, session.threads);
          for (const group of model.groups) group.useThreads(threads);
        }
        return new CompiledModel(model, settings, found.runtime, session, { ...(withoutPasses && { without: withoutPasses }) }); // prettier-ignore
      }),
  };
}

/** Where a result of a session goes: to the other buffer of the state it renews, else into a buffer that every run uses again. */
interface Result {
  readonly name: string;
  readonly renews: string | undefined;
  readonly buffer: RuntimeTensor | null;
}

/** A session, what it reads and what it gives. */
interface Loaded {
  readonly session: RuntimeSession;
  readonly inputs: readonly string[];
  readonly results: readonly Result[];
  /** Of the graph. */
  readonly nodes: number;
}

interface LoadedProgram {
  readonly program: TrainingProgram;
  readonly step: Loaded;
  readonly update: Loaded | undefined;
}

class CompiledModel implements ModelRunner {
  readonly engine: string;
  private readonly feeder: Feeder;
  private readonly state: AlternatingState;
  private readonly trained: readonly NamedWeight[];
  /** Slots of the dense optimizer by the names of their new values. */
  private readonly slotOfNext: ReadonlyMap<string, string>;
  private readonly rowFeeds: readonly string[];
  private readonly programs = new Map<string, LoadedProgram>();
  private readonly forwards = new Map<string, Loaded>();
  private readonly maskBuffers = new Map<string, RuntimeTensor>();

  constructor(
    private readonly model: CtrModel,
    private readonly settings: StepSettings | undefined,
    private readonly runtime: Runtime,
    private readonly options: SessionOptions,
    private readonly passes: OptimizeOptions,
  ) {
    this.engine = `compiled/${runtime.name}`;
    this.feeder = new Feeder(model, { bucketed: true });
    this.rowFeeds = rowFeedsOf(model);
    this.state = new AlternatingState(runtime);
    this.state.load(model.weights);
    this.trained = settings === undefined ? [] : model.weights.filter(({ trainable }) => trainable);
    const slotNames = this.trained.flatMap(({ path }) => this.slots().map(({ name }) => port.slot(path, name)));
    this.slotOfNext = new Map(slotNames.map((name) => [nextName(name), name]));
    if (settings !== undefined) this.beginTraining(settings);
  }

  async trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult> {
    const { settings } = this;
    if (settings === undefined) throw new TypeError('trainStep: a model that predicts');
    const weights = rowWeights(batch, settings.classWeights);
    const feeds = this.feeder.feed(batch, foldIn(settings.key, 'feeds', inputs.step));
    settings.clock?.lap('gather');
    const loaded = await this.programFor(feeds, batch.numRows, settings);
    const column = (data: Float32Array): RuntimeTensor => this.runtime.tensor('float32', data, [batch.numRows, 1]);
    const results = await this.run(
      loaded.step,
      mergeRecords(
        this.tensors(feeds),
        recordOf([[port.label, column(targetValues(batch, LABEL) ?? new Float32Array())], [port.rowWeight, column(weights)]]), // prettier-ignore
        this.masks(loaded.program, inputs, settings),
        this.scalars(inputs, settings),
      ),
    );
    const gradients = this.rowGradients(results);
    settings.clock?.lap('graph');
    let scale = 1;
    if (loaded.update !== undefined) {
      scale = this.clipScale(elements(results[port.squaredNorm])[0], gradients, settings.clipNorm ?? Infinity);
      settings.clock?.lap('tables');
      const scales = recordOf([[port.scale, this.scalar(scale)]]);
      await this.run(loaded.update, mergeRecords(results, this.scalars(inputs, settings), scales));
      settings.clock?.lap('graph');
    }
    this.feeder.update(gradients, { ...inputs, gradientScale: scale });
    settings.clock?.lap('tables');
    return { loss: elements(results[port.loss])[0], weight: weights.reduce((total, weight) => total + weight, 0) };
  }

  async logits(batch: EncodedColumns): Promise<Float32Array> {
    const feeds = this.feeder.feed(batch);
    const key = JSON.stringify(Object.values(feeds).map(({ shape }) => shape.slice(1)));
    let forward = this.forwards.get(key);
    if (forward === undefined) {
      this.settings?.clock?.lap('score');
      const make = (): Promise<Loaded> =>
        this.load(forwardGraph(this.model, specsOf(feeds), this.passes), this.fixedWeights());
      forward = await this.compile('prediction', make, ({ nodes }) => nodes);
      this.forwards.set(key, forward);
    }
    const { [port.logits]: logits } = await this.run(forward, this.tensors(feeds));
    return elements(logits);
  }

  optimizerState(): NamedArrays {
    return recordOf([...this.slotOfNext.values()].map((name) => [name, this.state.get(name).slice()]));
  }

  setOptimizerState(state: NamedArrays): void {
    for (const { path, variable } of this.trained) {
      for (const { name } of this.slots()) {
        const slot = port.slot(path, name);
        const values = state[slot];
        if (values?.length !== variable.size) {
          throw new SerializationError(expected('optimizer', `${variable.size} numbers for ${slot}`, values?.length));
        }
        this.state.set(slot, variable.shape, values);
      }
    }
  }

  synchronize(): void {
    this.state.store(this.model.weights);
  }

  reload(): void {
    this.state.load(this.model.weights);
    if (this.settings === undefined) this.releaseForwards();
  }

  release(): void {
    const sessions = [...this.programs.values()].flatMap(({ step, update }) => [step, ...(update ? [update] : [])]);
    for (const { session } of sessions) void session.release();
    this.releaseForwards();
  }

  private releaseForwards(): void {
    for (const { session } of this.forwards.values()) void session.release();
    this.forwards.clear();
  }

  /** Weights that no step changes are constants of the graph, which the runtime packs once instead of in every run. */
  private fixedWeights(): Readonly<Record<string, Float32Array>> | undefined {
    if (this.settings !== undefined) return undefined;
    return recordOf(this.model.weights.map(({ path }) => [path, this.state.get(path)]));
  }

  private beginTraining(settings: StepSettings): void {
    for (const group of this.model.groups) {
      if (JSON.stringify(group.optimizer) !== JSON.stringify(settings.tableOptimizer))
        group.useOptimizer(settings.tableOptimizer);
    }
    for (const { path, variable } of this.trained) {
      for (const { name, initial } of this.slots())
        this.state.set(port.slot(path, name), variable.shape, new Float32Array(variable.size).fill(initial));
    }
  }

  private slots(): ReturnType<typeof slotsOf> {
    return this.settings === undefined ? [] : slotsOf(this.settings.optimizer);
  }

  private async programFor(
    feeds: Readonly<Record<string, FeedArray>>,
    numRows: number,
    settings: StepSettings,
  ): Promise<LoadedProgram> {
    const key = JSON.stringify(specsOf(feeds));
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const make = async (): Promise<LoadedProgram> => {
      const program = trainingProgram(this.model, specsOf(feeds), numRows, settings, this.passes);
      const step = await this.load(program.step);
      const update = program.update === undefined ? undefined : await this.load(program.update);
      return { program, step, update };
    };
    const loaded = await this.compile('training step', make, ({ step, update }) => step.nodes + (update?.nodes ?? 0));
    this.programs.set(key, loaded);
    return loaded;
  }

  private async compile<T>(
    program: CompilePhase['program'],
    make: () => Promise<T>,
    nodesOf: (made: T) => number,
  ): Promise<T> {
    const started = performance.now();
    this.settings?.onCompile?.({ program });
    const made = await make();
    this.settings?.onCompile?.({ program, seconds: (performance.now() - started) / 1000, nodes: nodesOf(made) });
    this.settings?.clock?.lap('compile');
    return made;
  }

  /** @param weights - elements of the graph's variables, where they stay as they are; else the variables are inputs */
  private async load(graph: Graph, weights?: Readonly<Record<string, Float32Array>>): Promise<Loaded> {
    const model = encodeOnnx(lower(graph, weights === undefined ? {} : { weights }));
    const session = await this.runtime.load(model, this.options);
    const results = [
      ...graph.outputs.map(({ name, value }) =>
        this.result(name, this.slotOfNext.get(name), graph.values.get(value)?.shape),
      ),
      ...graph.updates.map(({ name }) => this.result(updateName(name), name, undefined)),
    ];
    const ports = weights === undefined ? [...graph.inputs, ...graph.variables] : graph.inputs;
    return { session, inputs: ports.map(({ name }) => name), results, nodes: graph.nodes.length };
  }

  private result(name: string, renews: string | undefined, shape: readonly Dim[] | undefined): Result {
    const fixed = shape?.every((dim) => typeof dim === 'number') === true && renews === undefined;
    const size = fixed ? shape.reduce<number>((product, dim) => product * dim, 1) : 0;
    const buffer = fixed ? this.runtime.tensor('float32', new Float32Array(size), shape) : null;
    return { name, renews, buffer };
  }

  /** Runs a session: state is read from one buffer and written to the other. */
  private async run(
    { session, inputs: names, results }: Loaded,
    inputs: Readonly<Record<string, RuntimeTensor>>,
  ): Promise<Readonly<Record<string, RuntimeTensor>>> {
    const given = recordOf(names.map((name) => [name, inputs[name] ?? this.state.current(name)]));
    const places = recordOf(
      results.map(({ name, renews, buffer }) => [name, renews === undefined ? buffer : this.state.next(renews)]),
    );
    const made = await session.run(given, places);
    this.state.advance(results.flatMap(({ renews }) => renews ?? []));
    return made;
  }

  private tensors(feeds: Readonly<Record<string, FeedArray>>): Record<string, RuntimeTensor> {
    return mapRecord(feeds, (feed) => this.runtime.tensor(dtypeOf(feed), feed.data, feed.shape));
  }

  private masks(
    { masks }: TrainingProgram,
    { step }: StepInputs,
    { key }: StepSettings,
  ): Record<string, RuntimeTensor> {
    const stepKey = foldIn(key, 'dropout', step);
    return recordOf(
      masks.map(({ name, path, shape, rate }): [string, RuntimeTensor] => {
        const size = shape.reduce((product, length) => product * length, 1);
        const tensor = this.maskBuffers.get(name) ?? this.runtime.tensor('bool', new Uint8Array(size), shape);
        this.maskBuffers.set(name, tensor);
        fillDropoutMask(foldIn(stepKey, path), rate, tensor.data as Uint8Array);
        return [name, tensor];
      }),
    );
  }

  private scalars(inputs: StepInputs, { optimizer }: StepSettings): Record<string, RuntimeTensor> {
    const numbers = Object.entries(stepScalars(optimizer, inputs));
    return recordOf(numbers.map(([name, value]) => [port.scalar(name), this.scalar(value)]));
  }

  private scalar(value: number): RuntimeTensor {
    return this.runtime.tensor('float32', Float32Array.of(value), []);
  }

  private rowGradients(results: Readonly<Record<string, RuntimeTensor>>): RowGradients {
    return recordOf(this.rowFeeds.map((name) => [name, elements(results[port.gradient(name)])]));
  }

  /** Clipping by the global norm, tables and regularizers included: `clip / (norm + 1e-6)` when the norm is larger, as PyTorch. */
  private clipScale(denseSquaredNorm: number, gradients: RowGradients, clipNorm: number): number {
    const norm = Math.sqrt(denseSquaredNorm + this.feeder.gradientSquaredNorm(gradients));
    return Math.min(1, clipNorm / (norm + 1e-6));
  }
}

function specsOf(feeds: Readonly<Record<string, FeedArray>>): TensorSpecs {
  return mapRecord(feeds, (feed) => ({ shape: feed.shape, dtype: dtypeOf(feed) }));
}

function dtypeOf({ data }: FeedArray): 'float32' | 'int32' {
  return data instanceof Int32Array ? 'int32' : 'float32';
}

function elements({ data }: RuntimeTensor): Float32Array {
  return data as Float32Array;
}
