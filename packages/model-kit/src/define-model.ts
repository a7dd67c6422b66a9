import { engine, ones, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import {
  BackendError,
  ConfigError,
  SchemaError,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  expected,
  foldIn,
  randomKey,
  recordOf,
} from '@ctrflow/core';
import { MAX_DIM, createTableGroup } from '@ctrflow/embeddings';
import type { TableGroup } from '@ctrflow/embeddings';
import { schemaBrand } from '@ctrflow/features';
import type { FeatureSchema } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import { AssemblyRecorder } from './assembly';
import type { Assembly, GroupSpec } from './assembly';
import { checkOutputs, refuseNewVariables, rowsOfFeeds, variableNames } from './check-outputs';
import { feedSpecAt, modelBrand } from './contract';
import type { CommonModelOptions, CtrModel, FeedSpec, ModelFactory, ModelOutputs, NamedWeight } from './contract';
import { beginDispose, requireAlive } from './model-use';

/** What a model package says about its model. */
export interface ModelDefinition<O extends object> {
  /** Name in files, tables and on command lines: lower case, dashes. */
  readonly name: string;
  /** Raised when saved weights of an older version do not fit any more. */
  readonly version: number;
  /** Authors, title, venue, year. */
  readonly paper: string;
  /** Every option with its default. */
  readonly defaults: Required<O>;
  /** Checks the options, defaults filled in. Shared options are checked already. */
  readonly validate?: (options: Required<O>) => void;
  /**
   * Builds the model: asks `a` for embeddings, the linear term and layers, and returns the function from a step to logits `[B, 1]`; another shape is a ShapeError,
   * a variable that no placed layer has a ConfigError.
   */
  readonly assemble: (a: Assembly, options: Required<O> & Required<CommonModelOptions>) => () => Tensor2D;
}

const commonDefaults: Required<CommonModelOptions> = { embeddingDim: 16, seed: 2021, embeddingStdDev: 1e-4 };

/**
 * Defines a model as one readable function.
 *
 * @example
 * export const fm = defineModel({
 *   name: 'fm', version: 1, paper: 'Rendle: Factorization Machines. ICDM 2010.', defaults: {},
 *   assemble(a) {
 *     const embeddings = a.embeddings();
 *     const linear = a.linear();
 *     const interactions = a.layer('fm', new FactorizationMachine());
 *     return () => add(linear(), interactions(embeddings()));
 *   },
 * });
 */
export function defineModel<O extends object>(definition: ModelDefinition<O>): ModelFactory<O> {
  const { name, version, paper } = definition;
  const defaults = { ...commonDefaults, ...definition.defaults };
  const factory = (schema: FeatureSchema, options: O & CommonModelOptions = {} as O): CtrModel => {
    if (!schemaBrand.is(schema)) {
      const hint = 'fit one with openDataset or fitSchema, or restore one with schemaFromJSON';
      throw new SchemaError(expected(name, 'a fitted schema', schema, hint));
    }
    if (schema.slots.length === 0) throw new SchemaError(expected(name, 'a schema with at least one field', 'none'));
    checkKnownOptions(name, options, Object.keys(defaults));
    const given = recordOf(Object.entries(options).filter(([, value]) => value !== undefined));
    const filled = { ...defaults, ...given } as Required<O> & Required<CommonModelOptions>;
    checkSwitches(name, definition.defaults, filled);
    checkInteger(name, 'embeddingDim', filled.embeddingDim, { min: 1, max: MAX_DIM });
    checkInteger(name, 'seed', filled.seed, { min: 0 });
    checkNumber(name, 'embeddingStdDev', filled.embeddingStdDev, { min: 0 });
    definition.validate?.(filled);
    return modelBrand.mark(new AssembledModel(definition, schema, filled));
  };
  return Object.assign(factory, { modelName: name, version, paper, defaults });
}

/** Options whose default is true or false are nothing else: `'no'` would count as true. */
function checkSwitches(who: string, defaults: object, options: object): void {
  for (const [name, value] of Object.entries(defaults)) {
    const given = (options as Record<string, unknown>)[name];
    if (typeof value === 'boolean' && typeof given !== 'boolean')
      throw new ConfigError(expected(who, `true or false for ${name}`, given));
  }
}

class AssembledModel<O extends object> implements CtrModel {
  readonly name: string;
  readonly version: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly feeds: readonly FeedSpec[];
  readonly groups: readonly TableGroup[];
  negativeKeepRate = 1;
  private readonly recorder: AssemblyRecorder;
  private readonly logits: () => Tensor2D;
  private built: readonly NamedWeight[] | undefined;

  constructor(
    definition: ModelDefinition<O>,
    readonly schema: FeatureSchema,
    options: Required<O> & Required<CommonModelOptions>,
  ) {
    this.name = definition.name;
    this.version = definition.version;
    this.options = options;
    this.recorder = new AssemblyRecorder(schema, options, definition.name);
    const variables = variableNames();
    this.logits = definition.assemble(this.recorder, options);
    refuseNewVariables(this.name, variables);
    this.feeds = this.recorder.feeds;
    this.groups = this.recorder.groups.map((group) => tablesOf(group, schema, options));
  }

  get weights(): readonly NamedWeight[] {
    requireAlive(this);
    return (this.built ??= this.build());
  }

  get numParameters(): number {
    const dense = this.weights
      .filter(({ trainable }) => trainable)
      .reduce((sum, { variable }) => sum + variable.size, 0);
    return this.groups.reduce((sum, { numRows, dim }) => sum + numRows * dim, dense);
  }

  forward(feeds: Readonly<Record<string, Tensor>>): Tensor2D {
    return tidy(() => this.outputs(feeds).logits);
  }

  outputs(feeds: Readonly<Record<string, Tensor>>): ModelOutputs {
    requireAlive(this);
    this.built ??= this.build(); // a variable that appears from now on is no weight
    return tidy(() => {
      const before = variableNames();
      const outputs = this.recorder.run(feeds, this.logits);
      refuseNewVariables(this.name, before);
      return { ...checkOutputs(this.name, outputs, rowsOfFeeds(this.feeds, feeds)) };
    });
  }

  dispose(): void {
    if (!beginDispose(this)) return;
    if (this.built !== undefined) this.recorder.dispose();
    for (const group of this.groups) group.dispose();
  }

  /** Layers make their weights when they first see an input: one row of zeros. */
  private build(): readonly NamedWeight[] {
    requireBackend(this.name);
    tidy(() => {
      const feeds = recordOf(this.feeds.map((feed) => [feed.name, zerosFor(feed)]));
      const dropoutMask = (_path: string, shape: readonly number[]): Tensor => ones([...shape]);
      const before = variableNames();
      const outputs = withStep({ training: false, dropoutMask }, () => this.recorder.run(feeds, this.logits));
      refuseNewVariables(this.name, before, new Set(this.recorder.weights().map(({ variable }) => variable.name)));
      checkOutputs(this.name, outputs, 1);
    });
    return this.recorder.weights();
  }
}

/** A feed for one row of data and lists of one entry. */
function zerosFor(feed: FeedSpec): Tensor {
  const { shape, dtype } = feedSpecAt(feed, { B: 1, T: 1 });
  return zeros(shape, dtype);
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
