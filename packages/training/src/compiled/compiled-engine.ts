import { encodeOnnx, loadRuntime, lower, runtimeNames, updateName } from '@ctrflow/compiler';
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
  checkInteger,
  checkKnownOptions,
  checkOneOf,
  checkSwitch,
  checkText,
  checkTexts,
  expected,
  fillDropoutMask,
  foldIn,
  mapRecord,
  mergeRecords,
  recordOf,
} from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { NamedArrays } from '@ctrflow/embeddings';
import type { EncodedColumns } from '@ctrflow/features';
import { Feeder } from '@ctrflow/model-kit';
import type { CtrModel, FeedArray, NamedWeight, RowGradients } from '@ctrflow/model-kit';
import { loadBackend } from '@ctrflow/backends';
import type { CompilePhase, OutputArray, StepEngine, StepInputs, StepResult, StepSettings } from '../engine';
import { slotsOf, stepScalars } from '../optimizers';
import { prepareWith } from '../prepared-model';
import type { ModelRunner } from '../prepared-model';
import { dropoutKey, feedsKey, inputsOfTurn, isDue, turnsOf } from '../turns';
import type { Turn } from '../turns';
import { lossColumns, stepResult } from '../step-loss';
import type { LossColumn } from '../step-loss';
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
export function compiledEngine(options: CompiledEngineOptions = {}): StepEngine {
  checkEngineOptions('compiledEngine', options);
  const { runtime = 'auto', withoutPasses, ...session } = options;
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

/** @throws ConfigError for options that no compiled engine has */
export function checkEngineOptions(who: string, options: CompiledEngineOptions, others: readonly string[] = []): void {
  checkKnownOptions(who, options, ['runtime', 'withoutPasses', 'threads', 'providers', 'spinning', 'profilePrefix', ...others]); // prettier-ignore
  const { runtime = 'auto', withoutPasses = [], threads = 1, providers = [], spinning = true, profilePrefix = 'profile' } = options; // prettier-ignore
  checkOneOf(who, 'runtime', runtime, ['auto', ...runtimeNames]);
  checkTexts(who, 'withoutPasses', withoutPasses);
  checkInteger(who, 'threads', threads, { min: 1 });
  checkTexts(who, 'providers', providers);
  checkSwitch(who, 'spinning', spinning);
  checkText(who, 'profilePrefix', profilePrefix);
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

/** The losses of a turn of a step. */
interface TurnResult {
  readonly loss: number;
  readonly losses: Readonly<Record<string, number>>;
}

class CompiledModel implements ModelRunner {
  readonly engine: string;
  private readonly feeder: Feeder;
  private readonly state: AlternatingState;
  private readonly turns: readonly Turn[];
  /** Slots of the dense optimizer by the names of their new values. */
  private readonly slotOfNext: ReadonlyMap<string, string>;
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
    this.state = new AlternatingState(runtime);
    this.state.load(model.weights);
    this.turns = settings === undefined ? [] : turnsOf(model, settings);
    this.slotOfNext = new Map(this.slots().map(({ name }) => [nextName(name), name]));
    if (settings !== undefined) this.beginTraining(settings);
  }

  async trainStep(batch: EncodedColumns, inputs: StepInputs): Promise<StepResult> {
    const { settings } = this;
    if (settings === undefined) throw new TypeError('trainStep: a model that predicts');
    const columns = lossColumns(batch, this.model.schema.targets, this.turns, settings);
    const done: TurnResult[] = [];
    for (const turn of this.turns)
      if (isDue(turn, inputs)) done.push(await this.trainTurn(turn, batch, columns, inputs, settings));
    return stepResult(done, columns);
  }

  /** One update of what a turn trains. */
  private async trainTurn(
    turn: Turn,
    batch: EncodedColumns,
    columns: Readonly<Record<string, LossColumn>>,
    inputs: StepInputs,
    settings: StepSettings,
  ): Promise<TurnResult> {
    const feeds = this.feeder.feed(batch, feedsKey(settings.key, inputs, turn));
    settings.clock?.lap('gather');
    const read = mapRecord(columns, (data) => ({ data, shape: [batch.numRows, 1] }));
    const { program, step, update } = await this.programFor(turn, feeds, read, settings);
    const ofTurn = inputsOfTurn(turn, inputs, settings);
    const results = await this.run(
      step,
      mergeRecords(
        this.tensors(feeds),
        this.tensors(read),
        this.masks(program, dropoutKey(settings.key, inputs, turn)),
        this.scalars(ofTurn, turn),
      ),
    );
    const gradients = recordOf(program.rowFeeds.map((name) => [name, elements(results[port.gradient(name)])]));
    settings.clock?.lap('graph');
    let scale = 1;
    if (update !== undefined) {
      scale = this.clipScale(elements(results[port.squaredNorm])[0], gradients, settings.clipNorm ?? Infinity);
      settings.clock?.lap('tables');
      const scales = recordOf([[port.scale, this.scalar(scale)]]);
      await this.run(update, mergeRecords(results, this.scalars(ofTurn, turn), scales));
      settings.clock?.lap('graph');
    }
    this.feeder.update(gradients, { ...ofTurn, gradientScale: scale });
    settings.clock?.lap('tables');
    const numberOf = (name: string): number => elements(results[name])[0];
    const losses = recordOf(program.objectives.map((name) => [name, numberOf(port.lossOf(name))]));
    return { loss: numberOf(port.loss), losses };
  }

  async outputs(batch: EncodedColumns): Promise<Readonly<Record<string, OutputArray>>> {
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
    const results = await this.run(forward, this.tensors(feeds));
    return recordOf(
      this.model.outputs.map((name): [string, OutputArray] => {
        const { data, dims } = results[port.output(name)];
        return [name, { data: data as Float32Array, shape: dims }];
      }),
    );
  }

  optimizerState(): NamedArrays {
    return recordOf([...this.slotOfNext.values()].map((name) => [name, this.state.get(name).slice()]));
  }

  setOptimizerState(state: NamedArrays): void {
    for (const { name, weight } of this.slots()) {
      const { size, shape } = weight.variable;
      const values = state[name];
      if (values?.length !== size)
        throw new SerializationError(expected('optimizer', `${size} numbers for ${name}`, values?.length));
      this.state.set(name, shape, values);
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
    for (const { name, initial, weight } of this.slots())
      this.state.set(name, weight.variable.shape, new Float32Array(weight.variable.size).fill(initial));
  }

  /** State of the optimizers beside the weights, by the name of its port. */
  private slots(): readonly { readonly name: string; readonly initial: number; readonly weight: NamedWeight }[] {
    return this.turns.flatMap(({ weights, optimizer }) =>
      weights.flatMap((weight) =>
        slotsOf(optimizer).map(({ name, initial }) => ({ name: port.slot(weight.path, name), initial, weight })),
      ),
    );
  }

  private async programFor(
    turn: Turn,
    feeds: Readonly<Record<string, FeedArray>>,
    columns: Readonly<Record<string, FeedArray>>,
    settings: StepSettings,
  ): Promise<LoadedProgram> {
    const key = JSON.stringify([turn.name, specsOf(feeds), specsOf(columns)]);
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const make = async (): Promise<LoadedProgram> => {
      const program = trainingProgram(this.model, specsOf(feeds), specsOf(columns), turn, settings, this.passes);
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

  private masks({ masks }: TrainingProgram, stepKey: RandomKey): Record<string, RuntimeTensor> {
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

  private scalars(inputs: StepInputs, { optimizer }: Turn): Record<string, RuntimeTensor> {
    const numbers = Object.entries(stepScalars(optimizer, inputs));
    return recordOf(numbers.map(([name, value]) => [port.scalar(name), this.scalar(value)]));
  }

  private scalar(value: number): RuntimeTensor {
    return this.runtime.tensor('float32', Float32Array.of(value), []);
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
