import { ShapeError, expected, foldIn } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { LookupPlan, TableGroup, TableStep } from '@ctrflow/embeddings';
import type { EncodedColumns, EncodedList } from '@ctrflow/features';
import type { CtrModel, FeedSpec } from './contract';
import { drawNegatives } from './negatives';

/** A feed as an array; it may be overwritten by the next batch. */
export interface FeedArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Gradients with respect to the row feeds, by feed name, each as long as the feed. */
export type RowGradients = Readonly<Record<string, Float32Array>>;

type RowsFeed = Extract<FeedSpec, { kind: 'rows' | 'list-rows' | 'negative-rows' }>;

const FLOATS_OF_CACHE_LINE = 16;

/** Lookups of one feed within those of its group. */
interface Segment {
  readonly feed: RowsFeed;
  from: number;
  to: number;
}

/**
 * Turns batches into the feeds of a model and gradients of row feeds into updates of its tables: the one path between columns and tensors, for every
 * engine and for serving. Its buffers are reused from batch to batch.
 *
 * @example
 * const feeder = new Feeder(model);
 * const feeds = feeder.feed(batch); // { 'embedding/rows': { data, shape: [B, F, D] }, ... }
 * feeder.update(gradients, { learningRate: 1e-3, step: 1 });
 */
export class Feeder {
  private readonly groups: readonly GroupFeeder[];
  private readonly others: readonly Exclude<FeedSpec, RowsFeed>[];
  private readonly buffers = new Map<string, Float32Array>();
  private readonly lengthOf: (list: EncodedList) => number;

  /** @param options `bucketed`: lists are padded to one of few lengths, so that an engine that compiles for shapes compiles seldom */
  constructor(model: CtrModel, { bucketed = false }: { readonly bucketed?: boolean } = {}) {
    this.lengthOf = bucketed ? (list) => bucket(longest(list)) : longest;
    const isRows = (feed: FeedSpec): feed is RowsFeed => 'group' in feed;
    const rows = model.feeds.filter(isRows);
    this.others = model.feeds.filter((feed): feed is Exclude<FeedSpec, RowsFeed> => !isRows(feed));
    const feeders: GroupFeeder[] = [];
    for (const group of model.groups) {
      const feeds = rows.filter((feed) => feed.group === group.name);
      // Groups that look up the same rows of equal tables (linear and embedding) find the distinct ones once.
      feeders.push(
        new GroupFeeder(
          group,
          feeds,
          model,
          feeders.find((other) => other.looksUpLike(group, feeds)),
          this.lengthOf,
        ),
      );
    }
    this.groups = feeders;
  }

  /**
   * The feeds of a batch by name.
   *
   * @param key of a training step: draws what is fed in training only, which is left out without it
   */
  feed(batch: EncodedColumns, key?: RandomKey): Readonly<Record<string, FeedArray>> {
    const feeds: Record<string, FeedArray> = {};
    for (const group of this.groups) group.feed(batch, feeds, key);
    for (const feed of this.others)
      feeds[feed.name] = feed.kind === 'values' ? this.values(feed, batch) : this.weights(feed, batch);
    return feeds;
  }

  /** Squared norm of all table gradients of the last batch, decay included. */
  gradientSquaredNorm(gradients: RowGradients): number {
    return this.groups.reduce((norm, group) => norm + group.gradientSquaredNorm(gradients), 0);
  }

  /** Updates the tables with the gradients of the last batch's row feeds. */
  update(gradients: RowGradients, step: TableStep): void {
    for (const group of this.groups) group.update(gradients, step);
  }

  private values({ name, slots }: Extract<FeedSpec, { kind: 'values' }>, batch: EncodedColumns): FeedArray {
    const B = batch.numRows;
    const F = slots.length;
    const data = this.buffer(name, B * F);
    const columns = slots.map((slot) => required(batch.values[slot], slot));
    // Some columns at a time: a row of them lies in one cache line.
    for (let from = 0; from < F; from += FLOATS_OF_CACHE_LINE) {
      const some = columns.slice(from, from + FLOATS_OF_CACHE_LINE);
      for (let b = 0, at = from; b < B; b++, at += F) {
        for (let f = 0; f < some.length; f++) data[at + f] = some[f][b];
      }
    }
    return { data, shape: [B, F] };
  }

  private weights({ name, slot }: Extract<FeedSpec, { kind: 'list-weights' }>, batch: EncodedColumns): FeedArray {
    const { offsets, weights } = required(batch.lists[slot], slot);
    const B = batch.numRows;
    const T = this.lengthOf(batch.lists[slot]);
    const data = this.buffer(name, B * T).fill(0);
    for (let b = 0; b < B; b++) {
      for (let i = offsets[b], at = b * T; i < offsets[b + 1]; i++, at++) data[at] = weights?.[i] ?? 1;
    }
    return { data, shape: [B, T] };
  }

  private buffer(name: string, size: number): Float32Array {
    let buffer = this.buffers.get(name);
    if (buffer === undefined || buffer.length < size) {
      buffer = new Float32Array(size);
      this.buffers.set(name, buffer);
    }
    return buffer.subarray(0, size);
  }
}

/** The lookups of one group: all its feeds, one after the other, share one plan. */
class GroupFeeder {
  private readonly segments: Segment[];
  private rows = new Int32Array(0);
  private gathered = new Float32Array(0);
  private gradients = new Float32Array(0);
  private numLookups = 0;
  private plan: LookupPlan | undefined;

  constructor(
    private readonly group: TableGroup,
    private readonly feeds: readonly RowsFeed[],
    private readonly model: CtrModel,
    private readonly twin: GroupFeeder | undefined,
    private readonly lengthOf: (list: EncodedList) => number,
  ) {
    this.segments = feeds.map((feed) => ({ feed, from: 0, to: 0 }));
  }

  looksUpLike(group: TableGroup, feeds: readonly RowsFeed[]): boolean {
    const slots = (feed: RowsFeed): readonly string[] =>
      feed.kind === 'rows' ? feed.slots : [feed.kind, feed.slot, feed.kind === 'negative-rows' ? feed.like : ''];
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    return (
      this.twin === undefined && same(this.group.tables, group.tables) && same(this.feeds.map(slots), feeds.map(slots))
    );
  }

  feed(batch: EncodedColumns, out: Record<string, FeedArray>, key: RandomKey | undefined): void {
    const B = batch.numRows;
    const { dim } = this.group;
    const lengths = this.feeds.map((feed) => {
      if (feed.kind === 'rows') return feed.slots.length;
      if (feed.kind === 'negative-rows' && key === undefined) return 0;
      return this.lengthOf(required(batch.lists[feed.slot], feed.slot));
    });
    this.numLookups = lengths.reduce((total, length) => total + B * length, 0);
    this.reserve(this.numLookups);
    this.findRows(batch, lengths, key);
    this.plan = this.twin?.plan ?? this.group.plan(this.rows, this.numLookups);
    this.group.gather(this.plan, this.gathered);
    this.segments.forEach(({ feed, from, to }, i) => {
      if (lengths[i] === 0) return;
      out[feed.name] = { data: this.gathered.subarray(from * dim, to * dim), shape: [B, lengths[i], dim] };
    });
  }

  gradientSquaredNorm(gradients: RowGradients): number {
    return this.group.gradientSquaredNorm(this.planOfBatch(), this.joined(gradients));
  }

  update(gradients: RowGradients, step: TableStep): void {
    this.group.update(this.planOfBatch(), this.joined(gradients), step);
  }

  /** Writes the group row of every lookup, feed after feed. */
  private findRows(batch: EncodedColumns, lengths: readonly number[], key: RandomKey | undefined): void {
    let from = 0;
    this.segments.forEach((segment, i) => {
      segment.from = from;
      segment.to = from + batch.numRows * lengths[i];
      const { feed } = segment;
      if (this.twin === undefined) {
        if (feed.kind === 'rows') this.findIds(feed.slots, batch, from);
        else if (feed.kind === 'list-rows')
          this.findListIds(feed.slot, batch.lists[feed.slot], { from, T: lengths[i] });
        else if (key !== undefined) this.findListIds(feed.slot, negativesOf(feed, batch, key), { from, T: lengths[i] });
      }
      from = segment.to;
    });
  }

  private findIds(slots: readonly string[], batch: EncodedColumns, from: number): void {
    const { rows } = this;
    const F = slots.length;
    slots.forEach((slot, f) => {
      const ids = required(batch.ids[slot], slot);
      const offset = this.group.offsetOf(this.tableOf(slot));
      for (let b = 0, at = from + f; b < batch.numRows; b++, at += F) rows[at] = offset + ids[b];
    });
  }

  private findListIds(slot: string, { offsets, ids }: EncodedList, { from, T }: { from: number; T: number }): void {
    const { rows } = this;
    const offset = this.group.offsetOf(this.tableOf(slot));
    for (let b = 0; b + 1 < offsets.length; b++) {
      const length = offsets[b + 1] - offsets[b];
      for (let t = 0; t < T; t++) rows[from + b * T + t] = offset + (t < length ? ids[offsets[b] + t] : 0);
    }
  }

  private tableOf(slot: string): string {
    const found = this.model.schema.slots.find(({ name }) => name === slot);
    return found === undefined || found.kind === 'value' ? slot : found.table;
  }

  /** The gradients of all feeds in the order of the lookups. */
  private joined(gradients: RowGradients): Float32Array {
    const [only] = this.segments;
    if (this.segments.length === 1) return gradients[only.feed.name];
    const { dim } = this.group;
    for (const { feed, from, to } of this.segments) if (to > from) this.gradients.set(gradients[feed.name], from * dim);
    return this.gradients;
  }

  private planOfBatch(): LookupPlan {
    if (this.plan === undefined) throw new ShapeError(expected('tables', 'a batch before its gradients', 'none'));
    return this.plan;
  }

  private reserve(numLookups: number): void {
    const { dim } = this.group;
    if (this.gathered.length >= numLookups * dim) return;
    this.gathered = new Float32Array(numLookups * dim);
    if (this.twin === undefined) this.rows = new Int32Array(numLookups);
    if (this.segments.length > 1) this.gradients = new Float32Array(numLookups * dim);
  }
}

/** The list of negatives of a feed. */
function negativesOf(
  { slot, like }: Extract<FeedSpec, { kind: 'negative-rows' }>,
  batch: EncodedColumns,
  key: RandomKey,
): EncodedList {
  const { offsets, ids } = batch.lists[slot];
  const drawn = drawNegatives(required(batch.lists[like], like), foldIn(key, 'negatives', like));
  return { offsets, ids: Int32Array.from(drawn, (entry) => ids[entry]) };
}

/** T: entries of the longest list, at least 1. */
function longest({ offsets }: EncodedList): number {
  let length = 1;
  for (let b = 0; b + 1 < offsets.length; b++) length = Math.max(length, offsets[b + 1] - offsets[b]);
  return length;
}

/** The next of 4, 8, 12, 16, 24, 32, 48, 64, ...: at most a third of the places is padding, and a batch seldom meets a new one. */
function bucket(length: number): number {
  if (length <= 4) return 4;
  const power = 2 ** Math.floor(Math.log2(length));
  return [power, power * 1.5, power * 2].find((size) => size >= length) ?? length;
}

function required<T>(column: T | undefined, slot: string): T {
  if (column !== undefined) return column;
  throw new ShapeError(
    expected('batch', `a column for slot "${slot}"`, 'none', 'encode the rows with the schema of the model'),
  );
}
