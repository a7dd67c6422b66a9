import { add, concat, expandDims, matMul, mul, reshape, slice, sum, tensor, variable } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import {
  ConfigError,
  SchemaError,
  emptyRecord,
  expected,
  fillNormal,
  foldIn,
  randomKey,
  recordOf,
} from '@ctrflow/core';
import type { FeatureSchema, IdSlot, ListSlot, Slot, TargetSpec, TensorSlot, ValueSlot } from '@ctrflow/features';
import { currentStep, initialValues, maskedPooling, placeLayer, weightsByPath } from '@ctrflow/layers';
import type { ListPacking, WeightInitializer } from '@ctrflow/layers';
import { explainedFailure } from './check-outputs';
import type { CommonModelOptions } from './common-options';
import type { NamedWeight, Outputs, StepOutputs } from './contract';
import { isTableFeed } from './feeds/feed';
import type { Feed, TableFeed } from './feeds/feed';
import { listRowsFeed } from './feeds/list-rows';
import { listWeightsFeed } from './feeds/list-weights';
import { negativeRowsFeed } from './feeds/negative-rows';
import { packedEventsFeed } from './feeds/packed-events';
import { packedPlacesFeed } from './feeds/packed-places';
import { rowsFeed } from './feeds/rows';
import { tensorFeed } from './feeds/tensor';
import { valuesFeed } from './feeds/values';
import type { LayerCall } from './layer-call';
import { LOGIT } from './objectives';
import { requirePlaceable } from './placeable';

type Feeds = Readonly<Record<string, Tensor>>;

/** A slot that can become vectors. */
type FieldSlot = Exclude<Slot, TensorSlot>;

/** Options of {@link Assembly.embeddings}. */
export interface EmbeddingsOptions {
  /** Path of tables and weights. Default `embedding`. */
  readonly path?: string;
  /** Slots to embed. Default: all. */
  readonly slots?: readonly string[];
  /** D. Default: the model's `embeddingDim`. */
  readonly dim?: number;
  /** How the entries of a list become one vector. Default `mean`. */
  readonly pooling?: 'mean' | 'sum';
  /** False freezes the tables: their rows stay as they are, and no gradient is computed for them. Give them a path that no other lookup has. Default true. */
  readonly trainable?: boolean;
}

/** Options of {@link Assembly.linear}. */
export interface LinearOptions {
  /** Path of tables and weights. Default `linear`. */
  readonly path?: string;
  /** Adds a bias. Default true. */
  readonly bias?: boolean;
}

/** Options of {@link Assembly.negatives}. */
export interface NegativesOptions {
  /** Path of the table. Default `embedding`. */
  readonly path?: string;
  /** The list that the draw goes by: side columns of one history name the same one. Default: the slot itself. */
  readonly like?: string;
  /** D. Default: the model's `embeddingDim`. */
  readonly dim?: number;
}

/** Options of {@link Assembly.list}. */
export interface ListOptions {
  /** Path of the table. Default `embedding`: the one that {@link Assembly.embeddings} looks up. */
  readonly path?: string;
  /** D. Default: the model's `embeddingDim`. */
  readonly dim?: number;
  /** In steps of training, give the list's {@link ListPacking} too. Default false. */
  readonly packed?: boolean;
}

/** A list of a step, padded to the longest of the batch. */
export interface PaddedList {
  /** `[B, T, D]`; where padding is, anything. */
  readonly rows: Tensor3D;
  /** `[B, T]`: 1 (or the entry's weight) where an entry is, 0 where padding. */
  readonly weights: Tensor2D;
  /** Where the entries are, in steps of training of a list that was asked for `packed`. */
  readonly packing?: ListPacking;
}

/** What a model builds itself from, inside `assemble`: tables, numeric weights and layers, each under its path. */
export interface Assembly {
  readonly schema: FeatureSchema;
  /** What the schema has to be predicted, in order; the first one is the main one. */
  readonly targets: readonly TargetSpec[];
  /**
   * Embeddings of all slots with one size D: a function that gives `[B, F, D]` in a step. Order of the fields: ids, then numbers, then lists, each in
   * schema order. A number enters as value times a trained vector, a list pooled. Asked twice under one path, what both have in common is one and the same.
   *
   * @throws SchemaError when fields ask for different sizes (see {@link Assembly.embeddingsByField}), or when numbers are asked for under one path twice and are not the same ones
   */
  embeddings(options?: EmbeddingsOptions): () => Tensor3D;
  /** Embeddings of each slot, whatever their sizes: one `[B, D_f]` per slot, in the same order. */
  embeddingsByField(options?: EmbeddingsOptions): () => Tensor2D[];
  /**
   * The entries of a list, unpooled: a function that gives rows and weights in a step. Sequences of one history have the same weights.
   *
   * @throws SchemaError when the slot is no list or asks for another size
   */
  list(slot: string, options?: ListOptions): () => PaddedList;
  /**
   * Numbers as they are, without vectors: a function that gives `[B, F]` in the order of the names.
   *
   * @throws SchemaError when a slot holds no number
   */
  values(slots: readonly string[]): () => Tensor2D;
  /**
   * The numbers of a tensor slot, times its `scale`: a function that gives `[B, ...shape]`.
   *
   * @throws SchemaError when the slot is no tensor
   */
  tensor(slot: string): () => Tensor;
  /** The linear term `sum_f w_f x_f + b`: a function that gives `[B, 1]`. */
  linear(options?: LinearOptions): () => Tensor2D;
  /**
   * Table rows of entries that stand for what did not happen, one for each entry of a list: a function that gives `[B, T, D]` in a step of training, undefined
   * in prediction: each is another entry of the batch, drawn anew at every step.
   */
  negatives(slot: string, options?: NegativesOptions): () => Tensor3D | undefined;
  /**
   * Declares a feed of any kind: a function that gives its tensor in a step; of a feed for training only, undefined in prediction. Tables that it looks up become the model's. The same feed may be
   * declared twice.
   *
   * @throws ConfigError when another feed has its name
   * @throws SchemaError when it reads a slot that the schema does not have, or looks up one without a table
   */
  feed(feed: Feed & { readonly when: 'always' }): () => Tensor;
  feed(feed: Feed): () => Tensor | undefined;
  /** Inside a step: adds a loss that training minimizes besides the objectives, one number per row `[B, 1]`, in the scale in which it counts. */
  loss(name: string, perRow: Tensor2D): void;
  /**
   * Puts a tfjs layer under a path; its weights are named below it (`deep/dense_1/kernel`).
   *
   * @throws ConfigError when another layer stands there, when the layer stands somewhere already, or when it would draw its weights without a seed
   */
  layer<L extends layers.Layer>(path: string, layer: L): LayerCall<L>;
  /**
   * A trained weight without a layer: a function that gives it in a step. It begins as a function of (seed, path), as those of layers do, and is regularized as they are.
   *
   * @example
   * const scale = a.weight('scale', [1, 8], { kind: 'constant', value: 1 }); // Tensor2D
   * @throws ConfigError when a layer or a weight stands there already
   */
  weight<const S extends readonly number[]>(path: string, shape: S, initializer?: WeightInitializer): () => TensorOf<S>;
  /** Inside a step: whether it is one of training, for what a model does in training only. Layers know it by themselves. */
  isTraining(): boolean;
}

/** The tensor of a shape, its rank that of the shape where the compiler knows it. */
export type TensorOf<S extends readonly number[]> = Tensor<S['length'] extends keyof Ranks ? Ranks[S['length']] : Rank>;

interface Ranks {
  readonly 1: Rank.R1;
  readonly 2: Rank.R2;
  readonly 3: Rank.R3;
  readonly 4: Rank.R4;
}

/** Tables that a lookup needs: one group per path and size. */
export interface GroupSpec {
  readonly name: string;
  readonly dim: number;
  readonly slots: readonly (IdSlot | ListSlot)[];
}

/** An assembly that collects what its model consists of. */
export class AssemblyRecorder implements Assembly {
  readonly feeds: Feed[] = [];
  readonly groups: GroupSpec[] = [];
  /** Paths of tables that nothing is learnt of. */
  private readonly frozen = new Set<string>();
  private readonly placed: { readonly path: string; readonly layer: layers.Layer }[] = [];
  private readonly own: NamedWeight[] = [];
  private readonly variables = new Map<string, () => Variable>();
  private readonly numbersOf = new Map<string, readonly string[]>();
  private feedsOfStep: Feeds = emptyRecord();
  private lossesOfStep = emptyRecord<Tensor2D>();
  /** Path of the innermost layer that failed last. */
  private failed: string | undefined;

  readonly targets: readonly TargetSpec[];

  constructor(
    readonly schema: FeatureSchema,
    private readonly options: Required<CommonModelOptions>,
    /** Its name, for errors. */
    private readonly model: string,
  ) {
    this.targets = schema.targets;
  }

  embeddings(options: EmbeddingsOptions = {}): () => Tensor3D {
    const { path = 'embedding', dim = this.options.embeddingDim, trainable = true } = options;
    const slots = this.embeddable(options.slots);
    requireSize(path, dim, slots);
    if (!trainable) this.frozen.add(path);
    const parts = this.lookups(path, dim, slots, options.pooling ?? 'mean');
    return () => {
      const fields = parts.map((part) => part());
      return fields.length === 1 ? fields[0] : concat(fields, 1); // [B, F, D]
    };
  }

  embeddingsByField(options: EmbeddingsOptions = {}): () => Tensor2D[] {
    const { path = 'embedding', dim = this.options.embeddingDim, pooling = 'mean' } = options;
    const slots = this.embeddable(options.slots);
    const sizes = [...new Set(slots.map(({ embeddingDim = dim }) => embeddingDim))];
    const lookups = new Map(
      sizes.map((size) => {
        const ofSize = slots.filter(({ embeddingDim = dim }) => embeddingDim === size);
        const parts = this.lookups(size === dim ? path : `${path}_${size}`, size, ofSize, pooling);
        return [size, { order: inOrder(ofSize).map(({ name }) => name), parts }] as const;
      }),
    );
    return () => {
      const byName = new Map<string, Tensor2D>();
      for (const [size, { order, parts }] of lookups) {
        const fields = parts.map((part) => part());
        const all = fields.length === 1 ? fields[0] : concat(fields, 1); // [B, F, D]
        order.forEach((name, f) => {
          byName.set(name, reshape(slice(all, [0, f, 0], [-1, 1, size]), [-1, size])); // [B, D_f]
        });
      }
      return inOrder(slots).map(({ name }) => byName.get(name)) as Tensor2D[];
    };
  }

  list(
    name: string,
    { path = 'embedding', dim = this.options.embeddingDim, packed = false }: ListOptions = {},
  ): () => PaddedList {
    const [slot] = this.select([name]);
    if (slot.kind !== 'list') throw new SchemaError(expected('model', `a list for "${name}"`, `a slot of one ${slot.kind}`)); // prettier-ignore
    requireSize(path, dim, [slot]);
    const list = this.listFeeds(path, dim, slot);
    if (!packed) return list;
    const packing = this.packingFeeds(slot);
    return () => ({ ...list(), ...packing() });
  }

  values(names: readonly string[]): () => Tensor2D {
    for (const { name, kind } of this.select(names))
      if (kind !== 'value') throw new SchemaError(expected('model', `a number for "${name}"`, `a slot of one ${kind}`));
    const read = this.numbered('values', (name) => valuesFeed(name, names));
    return () => read() as Tensor2D;
  }

  tensor(name: string): () => Tensor {
    const [slot] = this.select([name]);
    if (slot.kind !== 'tensor')
      throw new SchemaError(expected('model', `a tensor for "${name}"`, `a slot of one ${slot.kind}`));
    const read = this.numbered(`${name}/tensor`, (feedName) => tensorFeed(feedName, slot));
    const { scale = 1 } = slot;
    return () => (scale === 1 ? read()! : mul(read()!, scale));
  }

  linear({ path = 'linear', bias = true }: LinearOptions = {}): () => Tensor2D {
    const parts = this.lookups(path, 1, this.embeddable(), 'sum', (numFields) => new Float32Array(numFields));
    const offset = bias ? this.variable(this.beside(path, 'bias'), [1], new Float32Array(1), 'net') : undefined;
    return () => {
      const terms = parts.map((part) => sum<Tensor2D>(part(), 1)); // [B, 1]
      const total = terms.reduce((left, right) => add(left, right));
      return offset === undefined ? total : add(total, offset());
    };
  }

  negatives(slot: string, options: NegativesOptions = {}): () => Tensor3D | undefined {
    const { path = 'embedding', like = slot, dim = this.options.embeddingDim } = options;
    const negatives = { group: path, slot, like, dim };
    const read = this.numbered(`${path}/${slot}/negatives`, (name) => negativeRowsFeed(name, negatives));
    return () => read() as Tensor3D | undefined;
  }

  feed(feed: Feed & { readonly when: 'always' }): () => Tensor;
  feed(feed: Feed): () => Tensor | undefined;
  feed(feed: Feed): () => Tensor | undefined {
    const { name } = feed;
    const other = this.feeds.find((candidate) => candidate.name === name);
    if (other === undefined) this.declare(feed);
    else if (!isSame(other, feed)) throw new ConfigError(expected('model', 'a name of its own for every feed', name));
    return () => this.feedsOfStep[name];
  }

  loss(name: string, perRow: Tensor2D): void {
    this.lossesOfStep[name] = perRow;
  }

  layer<L extends layers.Layer>(path: string, layer: L): LayerCall<L> {
    this.requireFree(path);
    requirePlaceable(layer, path);
    placeLayer(layer, path, this.options.seed);
    this.placed.push({ path, layer });
    const call = (input: Tensor | Tensor[], how?: object): Tensor => {
      try {
        return layer.apply(input, how) as Tensor;
      } catch (error) {
        this.failed = path;
        throw error;
      }
    };
    return call as LayerCall<L>;
  }

  weight<const S extends readonly number[]>(
    path: string,
    shape: S,
    initializer: WeightInitializer = { kind: 'xavier-normal' },
  ): () => TensorOf<S> {
    this.requireFree(path);
    const initial = initialValues(shape, initializer, this.options.seed, path);
    return this.variable(path, shape, initial, 'net') as () => Tensor as () => TensorOf<S>;
  }

  isTraining(): boolean {
    return currentStep()?.training ?? false;
  }

  /** Runs `forward` with the feeds of a step. */
  run(feeds: Feeds, forward: () => Tensor | Outputs): StepOutputs {
    this.feedsOfStep = feeds;
    this.lossesOfStep = emptyRecord();
    this.failed = undefined;
    try {
      const given = forward();
      const outputs = isNamed(given) ? given : recordOf([[LOGIT, given]]);
      return { outputs, losses: this.lossesOfStep };
    } catch (error) {
      throw explainedFailure(this.model, this.failed, error);
    } finally {
      this.feedsOfStep = emptyRecord();
      this.lossesOfStep = emptyRecord();
    }
  }

  /** All dense weights; layers have theirs once they have run. */
  weights(): NamedWeight[] {
    const ofLayers = this.placed.flatMap(({ path, layer }) =>
      weightsByPath(layer, path).map(({ path: weightPath, weight }) => ({
        path: weightPath,
        variable: weight.read() as Variable,
        trainable: weight.trainable,
        role: 'net' as const,
      })),
    );
    return [...this.own, ...ofLayers];
  }

  dispose(): void {
    for (const { variable: weight } of this.weights()) weight.dispose();
  }

  private declare(given: Feed): void {
    const feed = isTableFeed(given) && this.frozen.has(given.group) ? { ...given, trainable: false } : given;
    this.select(feed.slots);
    if (isTableFeed(feed)) this.lookUp(feed);
    this.feeds.push(feed);
  }

  /** @throws ConfigError when a layer or a weight stands under a path */
  private requireFree(path: string): void {
    if (!this.variables.has(path) && !this.placed.some((other) => other.path === path)) return;
    throw new ConfigError(expected('model', 'a path of its own for every layer and weight', path));
  }

  private select(names?: readonly string[]): readonly Slot[] {
    const { slots } = this.schema;
    if (names === undefined) return slots;
    return names.map((name) => {
      const slot = slots.find((candidate) => candidate.name === name);
      if (slot === undefined)
        throw new SchemaError(expected('model', `one of ${slots.map((s) => s.name).join(', ')}`, name));
      return slot;
    });
  }

  /** The slots of these names, or all, that can become vectors: numbers of a shape cannot. */
  private embeddable(names?: readonly string[]): readonly FieldSlot[] {
    const slots = this.select(names).filter((slot) => slot.kind !== 'tensor');
    if (names === undefined || slots.length === names.length) return slots;
    const tensors = names.filter((name) => !slots.some((slot) => slot.name === name));
    throw new SchemaError(expected('embeddings', 'slots of ids, numbers or lists', tensors, 'read tensors with a.tensor(slot)')); // prettier-ignore
  }

  /** Functions that give `[B, F_part, D]`: ids, numbers, and each list. */
  private lookups(
    path: string,
    dim: number,
    slots: readonly FieldSlot[],
    pooling: 'mean' | 'sum',
    initialNumeric = (numFields: number): Float32Array => this.numericVectors(path, numFields, dim),
  ): (() => Tensor3D)[] {
    const { ids, values: numbers, lists } = split(slots);
    const parts: (() => Tensor3D)[] = [];
    if (ids.length > 0) {
      const lookups = { group: path, slots: ids.map(({ name }) => name), dim };
      const read = this.numbered(`${path}/rows`, (name) => rowsFeed(name, lookups));
      parts.push(() => read() as Tensor3D);
    }
    if (numbers.length > 0) parts.push(this.numbers(path, dim, numbers, initialNumeric(numbers.length)));
    for (const slot of lists) {
      const list = this.listFeeds(path, dim, slot);
      parts.push(() => {
        const padded = list();
        return expandDims(maskedPooling(padded.rows, padded.weights, pooling), 1);
      });
    }
    return parts;
  }

  /** The tables that a feed looks up are part of its group. */
  private lookUp({ name: feed, group: path, dim, lookups }: TableFeed): void {
    const slots = this.select(lookups).filter((slot) => 'table' in slot);
    if (slots.length < lookups.length)
      throw new SchemaError(expected(`feed "${feed}"`, 'slots that have tables', lookups));
    const at = this.groups.findIndex(({ name }) => name === path);
    if (at < 0) {
      this.groups.push({ name: path, dim, slots });
      return;
    }
    const known = this.groups[at];
    if (known.dim !== dim) throw new SchemaError(expected(`embeddings "${path}"`, `one size, ${known.dim}`, dim));
    this.groups[at] = { ...known, slots: [...known.slots, ...slots] };
  }

  private listFeeds(path: string, dim: number, { name, history }: ListSlot): () => PaddedList {
    const lookups = { group: path, slot: name, dim };
    const entries = this.numbered(`${path}/${name}`, (feedName) => listRowsFeed(feedName, lookups));
    const slot = this.firstOf({ name, history });
    const weights = this.numbered(`${slot}/weights`, (feedName) => listWeightsFeed(feedName, slot));
    return () => ({ rows: entries() as Tensor3D, weights: weights() as Tensor2D });
  }

  private packingFeeds(list: ListSlot): () => { readonly packing?: ListPacking } {
    const slot = this.firstOf(list);
    const events = this.numbered(`${slot}/events`, (name) => packedEventsFeed(name, slot));
    const places = this.numbered(`${slot}/places`, (name) => packedPlacesFeed(name, slot));
    return () => {
      const found = events() as Tensor1D | undefined;
      return found === undefined ? {} : { packing: { events: found, places: places() as Tensor1D } };
    };
  }

  /** The columns of one history are as long as each other: they share weights and packing of the first. */
  private firstOf({ name, history }: { readonly name: string; readonly history?: string | undefined }): string {
    const first = this.schema.slots.find((slot) => slot.kind === 'list' && history !== undefined && slot.history === history); // prettier-ignore
    return first?.name ?? name;
  }

  /** Numbers as value times a trained vector: `[B, F] * [F, D] -> [B, F, D]`; as one product when D is 1 and only the sum counts. */
  private numbers(path: string, dim: number, slots: readonly ValueSlot[], initial: Float32Array): () => Tensor3D {
    const names = slots.map(({ name }) => name);
    const known = this.numbersOf.get(path) ?? names;
    if (known.join() !== names.join()) {
      const hint = 'give one of the two lookups another path';
      throw new SchemaError(expected(`embeddings "${path}"`, `the numbers ${known.join(', ')} as before`, names, hint));
    }
    this.numbersOf.set(path, names);
    const read = this.numbered('values', (name) => valuesFeed(name, names));
    const vectors = this.variable(this.beside(path, 'numeric'), [slots.length, dim], initial, 'embedding');
    if (dim === 1) return () => expandDims(matMul(read() as Tensor2D, vectors() as Tensor2D), 1);
    return () => mul(expandDims(read()!, 2), vectors());
  }

  /** Xavier normal for a map from 1 to D: sqrt(2 / (1 + D)), as the field's reference. */
  private numericVectors(path: string, numFields: number, dim: number): Float32Array {
    const key = foldIn(randomKey(this.options.seed), 'weight', `${path}/numeric`);
    return fillNormal(key, new Float32Array(numFields * dim), 0, Math.sqrt(2 / (1 + dim)));
  }

  /** Declares a feed of the assembly's own; where another one has its name, it gets a number. */
  private numbered(name: string, make: (name: string) => Feed): () => Tensor | undefined {
    for (let i = 1; ; i++) {
      const feed = make(i === 1 ? name : `${name}_${i}`);
      const other = this.feeds.find((candidate) => candidate.name === feed.name);
      if (other === undefined || isSame(other, feed)) return this.feed(feed);
    }
  }

  /** Path of a weight that stands beside tables, which are named as fields are: the names of fields hold no ":". */
  private beside(path: string, name: string): string {
    const isTaken = this.schema.slots.some((slot) => 'table' in slot && slot.name === name);
    return isTaken ? `${path}/:${name}` : `${path}/${name}`;
  }

  /** A weight of the assembly itself, one for each path, made when first read: choosing a model needs no tfjs backend yet. */
  private variable(
    path: string,
    shape: readonly number[],
    initial: Float32Array,
    role: NamedWeight['role'],
  ): () => Variable {
    const known = this.variables.get(path);
    if (known !== undefined) return known;
    const own = this.own;
    let made: Variable | undefined;
    const read = (): Variable => {
      if (made === undefined) {
        const begin = tensor(initial, [...shape]);
        made = variable(begin);
        begin.dispose();
        own.push({ path, variable: made, trainable: true, role });
      }
      return made;
    };
    this.variables.set(path, read);
    return read;
  }
}

/** Whether two feeds say the same of themselves. */
function isSame(one: Feed, other: Feed): boolean {
  const described = (feed: Feed): string => JSON.stringify({ ...feed, trainable: undefined });
  return described(one) === described(other);
}

/** Whatever is no record of outputs is to be checked as the logit. */
function isNamed(given: Tensor | Outputs | undefined): given is Outputs {
  return typeof given === 'object' && !('dataId' in given);
}

function requireSize(path: string, dim: number, slots: readonly FieldSlot[]): void {
  const other = slots.find(({ embeddingDim }) => embeddingDim !== undefined && embeddingDim !== dim);
  if (other === undefined) return;
  const hint = 'give every field the same embeddingDim, or choose a model that takes fields of different sizes';
  const got = `${other.embeddingDim ?? dim} for "${other.name}"`;
  throw new SchemaError(expected(`embeddings "${path}"`, `${dim} as embeddingDim of every field`, got, hint));
}

function split(slots: readonly FieldSlot[]): {
  ids: readonly IdSlot[];
  values: readonly ValueSlot[];
  lists: readonly ListSlot[];
} {
  return {
    ids: slots.filter((slot) => slot.kind === 'id'),
    values: slots.filter((slot) => slot.kind === 'value'),
    lists: slots.filter((slot) => slot.kind === 'list'),
  };
}

/** Ids, then numbers, then lists, each in schema order. */
function inOrder(slots: readonly FieldSlot[]): readonly FieldSlot[] {
  const { ids, values, lists } = split(slots);
  return [...ids, ...values, ...lists];
}
