import { emptyRecord } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { TableStep } from '@ctrflow/embeddings';
import type { EncodedColumns, RowSelection } from '@ctrflow/features';
import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isForTraining } from './contract';
import type { CtrModel, FeedSpec } from './contract';
import { GroupFeeder } from './group-feeder';
import type { RowsFeed } from './group-feeder';
import { bucket, fillEvents, fillPlaces, fillWeights, longest, packedSize } from './list-feeds';
import { readValues, required, selectionOf } from './read-slots';

/** A feed as an array, float32 or int32; it may be overwritten by the next batch. */
export interface FeedArray {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** Gradients with respect to the row feeds, by feed name, each as long as the feed. */
export type RowGradients = Readonly<Record<string, Float32Array>>;

const BYTES_OF_NUMBER = 4;

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
  private readonly buffers = new Map<string, ArrayBuffer>();
  private readonly lengthOf: (slot: string, selection: RowSelection) => number;

  /** @param options `bucketed`: lists are padded to one of few lengths, so that an engine that compiles for shapes compiles seldom */
  constructor(model: CtrModel, { bucketed = false }: { readonly bucketed?: boolean } = {}) {
    const lengthOf = bucketed ? bucket : longest;
    const lists = model.schema.slots.filter((slot) => slot.kind === 'list');
    const maxLengths = new Map(lists.map(({ name, maxLength }) => [name, maxLength]));
    this.lengthOf = (slot, { columns, rows }) =>
      lengthOf(required(columns.lists[slot], slot), rows, maxLengths.get(slot) ?? Infinity);
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
    const feeds = emptyRecord<FeedArray>();
    const selection = selectionOf(batch);
    for (const group of this.groups) group.feed(batch, selection, feeds, key);
    for (const feed of this.others)
      if (key !== undefined || !isForTraining(feed)) feeds[feed.name] = this.other(feed, selection);
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

  private other(feed: Exclude<FeedSpec, RowsFeed>, selection: RowSelection): FeedArray {
    const { name } = feed;
    const { columns, rows } = selection;
    const B = rows.length;
    if (feed.kind === 'values') {
      const data = this.floats(name, B * feed.slots.length);
      readValues(selection, feed.slots, data);
      return { data, shape: [B, feed.slots.length] };
    }
    const list = required(columns.lists[feed.slot], feed.slot);
    const T = this.lengthOf(feed.slot, selection);
    if (feed.kind === 'list-weights') {
      const data = this.floats(name, B * T);
      fillWeights(list, rows, T, data);
      return { data, shape: [B, T] };
    }
    const N = packedSize(list, rows);
    const data = this.integers(name, feed.kind === 'packed-events' ? N : B * T);
    if (feed.kind === 'packed-events') fillEvents(list, rows, T, data);
    else fillPlaces(list, rows, T, N, data);
    return { data, shape: [data.length] };
  }

  private floats(name: string, size: number): Float32Array {
    return new Float32Array(this.buffer(name, size), 0, size);
  }

  private integers(name: string, size: number): Int32Array {
    return new Int32Array(this.buffer(name, size), 0, size);
  }

  private buffer(name: string, size: number): ArrayBuffer {
    let buffer = this.buffers.get(name);
    if (buffer === undefined || buffer.byteLength < size * BYTES_OF_NUMBER) {
      buffer = new ArrayBuffer(size * BYTES_OF_NUMBER);
      this.buffers.set(name, buffer);
    }
    return buffer;
  }
}

/** A feed as a tensor; backends keep the array, which the feeder writes again. */
export function feedTensor({ data, shape }: FeedArray): Tensor {
  return tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}
