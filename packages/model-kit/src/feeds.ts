import { ShapeError, expected, foldIn } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { LookupPlan, TableGroup, TableStep } from '@ctrflow/embeddings';
import type { EncodedColumns, EncodedList, RowSelection, SlotMatrix } from '@ctrflow/features';
import type { CtrModel, FeedSpec } from './contract';
import { drawNegatives } from './negatives';

/** A feed as an array; it may be overwritten by the next batch. */
export interface FeedArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Gradients with respect to the row feeds, by feed name, each as long as the feed. */
export type RowGradients = Readonly<Record<string, Float32Array>>;

/** T of a feed for some rows of a list. */
type LengthOf = (list: EncodedList, rows: Uint32Array) => number;

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
  private readonly lengthOf: LengthOf;

  /** @param options `bucketed`: lists are padded to one of few lengths, so that an engine that compiles for shapes compiles seldom */
  constructor(model: CtrModel, { bucketed = false }: { readonly bucketed?: boolean } = {}) {
    this.lengthOf = bucketed ? (list, rows) => bucket(longest(list, rows)) : longest;
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
    const selection = batch.selection ?? { columns: batch, rows: firstRows(batch.numRows) };
    for (const group of this.groups) group.feed(batch, selection, feeds, key);
    for (const feed of this.others)
      feeds[feed.name] = feed.kind === 'values' ? this.values(feed, selection) : this.weights(feed, selection);
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

  private values({ name, slots }: Extract<FeedSpec, { kind: 'values' }>, { columns, rows }: RowSelection): FeedArray {
    const B = rows.length;
    const F = slots.length;
    const data = this.buffer(name, B * F);
    if (columns.byRow?.values !== undefined) copyValues(columns.byRow.values, slots, rows, data);
    else {
      const given = slots.map((slot) => required(columns.values[slot], slot));
      // Some columns at a time: a row of them lies in one cache line.
      for (let from = 0; from < F; from += FLOATS_OF_CACHE_LINE) {
        const some = given.slice(from, from + FLOATS_OF_CACHE_LINE);
        for (let b = 0, at = from; b < B; b++, at += F) {
          const row = rows[b];
          for (let f = 0; f < some.length; f++) data[at + f] = some[f][row];
        }
      }
    }
    return { data, shape: [B, F] };
  }

  private weights(
    { name, slot }: Extract<FeedSpec, { kind: 'list-weights' }>,
    { columns: { lists }, rows }: RowSelection,
  ): FeedArray {
    const list = required(lists[slot], slot);
    const { offsets, weights } = list;
    const B = rows.length;
    const T = this.lengthOf(list, rows);
    const data = this.buffer(name, B * T).fill(0);
    for (let b = 0; b < B; b++) {
      const end = offsets[rows[b] + 1];
      for (let i = offsets[rows[b]], at = b * T; i < end; i++, at++) data[at] = weights?.[i] ?? 1;
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
    private readonly lengthOf: LengthOf,
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

  feed(
    batch: EncodedColumns,
    selection: RowSelection,
    out: Record<string, FeedArray>,
    key: RandomKey | undefined,
  ): void {
    const B = batch.numRows;
    const { dim } = this.group;
    const lengths = this.feeds.map((feed) => {
      if (feed.kind === 'rows') return feed.slots.length;
      if (feed.kind === 'negative-rows' && key === undefined) return 0;
      return this.lengthOf(required(selection.columns.lists[feed.slot], feed.slot), selection.rows);
    });
    this.numLookups = lengths.reduce((total, length) => total + B * length, 0);
    this.reserve(this.numLookups);
    this.findRows(batch, selection, lengths, key);
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
  private findRows(
    batch: EncodedColumns,
    selection: RowSelection,
    lengths: readonly number[],
    key: RandomKey | undefined,
  ): void {
    const { lists } = selection.columns;
    let from = 0;
    this.segments.forEach((segment, i) => {
      segment.from = from;
      segment.to = from + batch.numRows * lengths[i];
      const { feed } = segment;
      if (this.twin === undefined) {
        const place = { from, T: lengths[i] };
        if (feed.kind === 'rows') this.findIds(feed.slots, selection, from);
        else if (feed.kind === 'list-rows') this.findListIds(feed.slot, lists[feed.slot], selection.rows, place);
        else if (key !== undefined) {
          const negatives = negativesOf(feed, batch, key);
          this.findListIds(feed.slot, negatives, firstRows(batch.numRows), place);
        }
      }
      from = segment.to;
    });
  }

  private findIds(slots: readonly string[], { columns, rows: chosen }: RowSelection, from: number): void {
    const { rows } = this;
    const F = slots.length;
    const offsets = slots.map((slot) => this.group.offsetOf(this.tableOf(slot)));
    if (columns.byRow?.ids !== undefined) {
      copyIds(columns.byRow.ids, slots, offsets, chosen, rows.subarray(from));
      return;
    }
    slots.forEach((slot, f) => {
      const ids = required(columns.ids[slot], slot);
      for (let b = 0, at = from + f; b < chosen.length; b++, at += F) rows[at] = offsets[f] + ids[chosen[b]];
    });
  }

  private findListIds(
    slot: string,
    { offsets, ids }: EncodedList,
    chosen: Uint32Array,
    { from, T }: { readonly from: number; readonly T: number },
  ): void {
    const { rows } = this;
    const offset = this.group.offsetOf(this.tableOf(slot));
    for (let b = 0; b < chosen.length; b++) {
      const start = offsets[chosen[b]];
      const length = offsets[chosen[b] + 1] - start;
      for (let t = 0; t < T; t++) rows[from + b * T + t] = offset + (t < length ? ids[start + t] : 0);
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

/** Copies slots of some rows of a matrix: `out [B, F]`. */
function copyValues(
  { slots: all, data }: SlotMatrix<Float32Array>,
  slots: readonly string[],
  rows: Uint32Array,
  out: Float32Array,
): void {
  const places = placesOf(all, slots);
  const [C, F] = [all.length, slots.length];
  const areTogether = places.every((place, f) => place === places[0] + f);
  for (let b = 0, at = 0; b < rows.length; b++, at += F) {
    const start = rows[b] * C;
    if (areTogether) out.set(data.subarray(start + places[0], start + places[0] + F), at);
    else for (let f = 0; f < F; f++) out[at + f] = data[start + places[f]];
  }
}

/** Table rows of some slots of some rows of a matrix: `out [B, F]`, each id behind its table's offset. */
function copyIds(
  { slots: all, data }: SlotMatrix<Int32Array>,
  slots: readonly string[],
  offsets: readonly number[],
  rows: Uint32Array,
  out: Int32Array,
): void {
  // prettier-ignore
  const places = placesOf(all, slots);
  const [C, F] = [all.length, slots.length];
  for (let b = 0, at = 0; b < rows.length; b++, at += F) {
    const start = rows[b] * C;
    for (let f = 0; f < F; f++) out[at + f] = offsets[f] + data[start + places[f]];
  }
}

/** Columns of slots in a matrix. */
function placesOf(all: readonly string[], slots: readonly string[]): Int32Array {
  const columnOf = new Map(all.map((slot, column) => [slot, column]));
  return Int32Array.from(slots, (slot) => required(columnOf.get(slot), slot));
}

let counted = new Uint32Array(0);

/** 0, 1, ...; the array is shared. */
function firstRows(numRows: number): Uint32Array {
  if (counted.length < numRows) counted = Uint32Array.from({ length: numRows }, (_, row) => row);
  return counted.subarray(0, numRows);
}

/** T: entries of the longest list of these rows, at least 1. */
function longest({ offsets }: EncodedList, rows: Uint32Array): number {
  let length = 1;
  for (let b = 0; b < rows.length; b++) length = Math.max(length, offsets[rows[b] + 1] - offsets[rows[b]]);
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
