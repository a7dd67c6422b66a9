import { engine, ones, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import {
  BackendError,
  ConfigError,
  SchemaError,
  checkFunction,
  checkInteger,
  checkObject,
  checkText,
  defaultsOf,
  expected,
  fillOptions,
  foldIn,
  randomKey,
  recordOf,
} from '@ctrflow/core';
import type { FilledOptions, OptionSet, OptionsOf } from '@ctrflow/core';
import { createTableGroup } from '@ctrflow/embeddings';
import type { TableGroup } from '@ctrflow/embeddings';
import { schemaBrand } from '@ctrflow/features';
import type { FeatureSchema } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import { AssemblyRecorder } from './assembly';
import type { Assembly, GroupSpec } from './assembly';
import { checkOutputs, refuseNewVariables, rowsOfFeeds, variableNames } from './check-outputs';
import { modelBrand } from './contract';
import type { CtrModel, ModelFactory, NamedWeight, Outputs, StepOutputs } from './contract';
import { commonOptions } from './common-options';
import type { CommonModelOptions } from './common-options';
import type { Feed } from './feeds/feed';
import { beginDispose, requireAlive } from './model-use';
import { checkObjectives } from './objectives';
import type { Objective } from './objectives';

/** What a model package says about its model. */
export interface ModelDefinition<S extends OptionSet> {
  /** Name in files, tables and on command lines: lower case, dashes. */
  readonly name: string;
  /** Raised when saved weights of an older version do not fit any more. */
  readonly version: number;
  /** What the model is, in one sentence. */
  readonly summary: string;
  /** Authors, title, venue, year. */
  readonly paper: string;
  /** Its own options, beside {@link commonOptions}. Default none. */
  readonly options?: S;
  /** Rules between options, each of which is checked by itself before. */
  readonly validate?: (options: FilledOptions<S>) => void;
  /**
   * Builds the model: asks `a` for embeddings, the linear term and layers, and returns the function from a step to logits `[B, 1]`, or to outputs by name, of which an output named
   * as a target of the schema predicts it. Another shape is a ShapeError, a variable that no placed layer has a ConfigError.
   */
  readonly assemble: (a: Assembly, options: AssembledOptions<S>) => () => Tensor | Outputs;
  /** What training minimizes. Default: of each target that an output predicts, the cross-entropy, or the squared difference from a number. */
  readonly objectives?: (schema: FeatureSchema, options: AssembledOptions<S>) => readonly Objective[];
}

type AssembledOptions<S extends OptionSet> = FilledOptions<S> & Required<CommonModelOptions>;

/**
 * Defines a model as one readable function.
 *
 * @example
 * export const fm = defineModel({
 *   name: 'fm', version: 1, summary: 'Factorization machine.', paper: 'Rendle: Factorization Machines. ICDM 2010.',
 *   assemble(a) {
 *     const embeddings = a.embeddings();
 *     const linear = a.linear();
 *     const interactions = a.layer('fm', new FactorizationMachine());
 *     return () => add(linear(), interactions(embeddings()));
 *   },
 * });
 */
export function defineModel<S extends OptionSet = typeof commonOptions>(
  definition: ModelDefinition<S>,
): ModelFactory<OptionsOf<S>> {
  checkObject('defineModel', 'the definition of a model', definition);
  const { name, version, summary, paper } = definition;
  checkText('defineModel', 'name', name);
  checkInteger('defineModel', 'version', version, { min: 1 });
  if (typeof paper !== 'string') throw new ConfigError(expected('defineModel', 'a text for paper', paper));
  if (typeof summary !== 'string') throw new ConfigError(expected('defineModel', 'a text for summary', summary));
  if (definition.options !== undefined) checkObject('defineModel', 'options by name for options', definition.options);
  if (definition.validate !== undefined) checkFunction('defineModel', 'validate', definition.validate);
  checkFunction('defineModel', 'assemble', definition.assemble);
  const options = { ...commonOptions, ...definition.options };
  const factory = (schema: FeatureSchema, given?: OptionsOf<S> & CommonModelOptions): CtrModel => {
    if (!schemaBrand.is(schema)) {
      const hint = 'fit one with openDataset or fitSchema, or restore one with schemaFromJSON';
      throw new SchemaError(expected(name, 'a fitted schema', schema, hint));
    }
    if (schema.slots.length === 0) throw new SchemaError(expected(name, 'a schema with at least one field', 'none'));
    const filled = fillOptions(name, options, given) as AssembledOptions<S>;
    definition.validate?.(filled);
    return modelBrand.mark(new AssembledModel(definition, schema, filled));
  };
  const defaults = defaultsOf(options) as Required<OptionsOf<S>> & Required<CommonModelOptions>;
  return Object.assign(factory, { modelName: name, version, summary, paper, options, defaults });
}

class AssembledModel<S extends OptionSet> implements CtrModel {
  readonly name: string;
  readonly version: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly feeds: readonly Feed[];
  readonly groups: readonly TableGroup[];
  negativeKeepRate = 1;
  private readonly recorder: AssemblyRecorder;
  readonly objectives?: readonly Objective[];
  private readonly run: () => Tensor | Outputs;
  private built: { readonly weights: readonly NamedWeight[]; readonly outputs: readonly string[] } | undefined;

  constructor(
    definition: ModelDefinition<S>,
    readonly schema: FeatureSchema,
    options: AssembledOptions<S>,
  ) {
    this.name = definition.name;
    this.version = definition.version;
    this.options = options;
    this.recorder = new AssemblyRecorder(schema, options, definition.name);
    const variables = variableNames();
    this.run = definition.assemble(this.recorder, options);
    refuseNewVariables(this.name, variables);
    const objectives = definition.objectives?.(schema, options);
    if (objectives !== undefined) this.objectives = checkObjectives(this.name, objectives, schema.targets);
    this.feeds = this.recorder.feeds;
    requireTensorsRead(this.name, schema, this.feeds);
    this.groups = this.recorder.groups.map((group) => tablesOf(group, schema, options));
  }

  get weights(): readonly NamedWeight[] {
    requireAlive(this);
    return (this.built ??= this.build()).weights;
  }

  get outputs(): readonly string[] {
    requireAlive(this);
    return (this.built ??= this.build()).outputs;
  }

  get numParameters(): number {
    const dense = this.weights
      .filter(({ trainable }) => trainable)
      .reduce((sum, { variable }) => sum + variable.size, 0);
    return this.groups.reduce((sum, { numRows, dim }) => sum + numRows * dim, dense);
  }

  forward(feeds: Readonly<Record<string, Tensor>>): Outputs {
    return tidy(() => this.step(feeds).outputs);
  }

  step(feeds: Readonly<Record<string, Tensor>>): StepOutputs {
    requireAlive(this);
    this.built ??= this.build(); // a variable that appears from now on is no weight
    return tidy(() => {
      const before = variableNames();
      const step = this.recorder.run(feeds, this.run);
      refuseNewVariables(this.name, before);
      return { ...checkOutputs(this.name, step, rowsOfFeeds(this.feeds, feeds)) };
    });
  }

  dispose(): void {
    if (!beginDispose(this)) return;
    if (this.built !== undefined) this.recorder.dispose();
    for (const group of this.groups) group.dispose();
  }

  /** Layers make their weights when they first see an input: one row of zeros. */
  private build(): NonNullable<typeof this.built> {
    requireBackend(this.name);
    let outputs: readonly string[] = [];
    tidy(() => {
      const dropoutMask = (_path: string, shape: readonly number[]): Tensor => ones([...shape]);
      const runWith = (feeds: readonly Feed[]): StepOutputs => {
        const zeros = recordOf(feeds.map((feed) => [feed.name, zerosFor(feed)]));
        return withStep({ training: false, dropoutMask }, () => this.recorder.run(zeros, this.run));
      };
      const before = variableNames();
      const step = runWith(this.feeds);
      refuseNewVariables(this.name, before, new Set(this.recorder.weights().map(({ variable }) => variable.name)));
      checkOutputs(this.name, step, 1);
      const always = this.feeds.filter(({ when }) => when === 'always');
      outputs = Object.keys((always.length === this.feeds.length ? step : runWith(always)).outputs);
    });
    return { weights: this.recorder.weights(), outputs };
  }
}

/** A tensor that nothing reads would be left out without a word: other fields all models use. */
function requireTensorsRead(name: string, { slots }: FeatureSchema, feeds: readonly Feed[]): void {
  const read = new Set(feeds.flatMap((feed) => feed.slots));
  const unread = slots.filter((slot) => slot.kind === 'tensor' && !read.has(slot.name));
  if (unread.length === 0) return;
  const hint = 'choose a model that reads tensors, or leave the field out';
  throw new SchemaError(expected(`model ${name}`, 'fields that it reads', `the tensor ${unread.map((slot) => `"${slot.name}"`).join(', ')}`, hint)); // prettier-ignore
}

/** A feed for one row of data and lists of one entry. */
function zerosFor(feed: Feed): Tensor {
  return zeros(feed.shape({ B: 1, T: 1 }), feed.dtype);
}

/** The tables of a lookup: one per table name, as many rows as its slots say. */
function tablesOf(
  { name, dim, slots }: GroupSpec,
  schema: FeatureSchema,
  { seed, embeddingStdDev }: Required<CommonModelOptions>,
): TableGroup {
  const sizes = new Map(slots.map(({ table, numRows }) => [table, numRows]));
  const tables = [...sizes].map(([table, numRows]) => ({
    name: table,
    numRows,
    paddingRow: hasPadding(schema, table),
  }));
  return createTableGroup(name, tables, {
    dim,
    key: foldIn(randomKey(seed), 'tables', name),
    initializer: { kind: 'normal', stdDev: embeddingStdDev },
  });
}

/** Row 0 is padding unless the field that owns the table has no reserved rows. */
function hasPadding({ spec }: FeatureSchema, table: string): boolean {
  const owner = spec.fields.find(({ name }) => name === table);
  return !(owner?.kind === 'categorical' && owner.reservedRows === false);
}

function requireBackend(who: string): void {
  if (Object.keys(engine().registryFactory).length > 0) return;
  const hint = 'import "@tensorflow/tfjs-backend-cpu", or call loadBackend() of @ctrflow/backends before';
  throw new BackendError(expected(who, 'a tfjs backend', 'none', hint));
}
