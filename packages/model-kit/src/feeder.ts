import { emptyRecord } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { TableStep } from '@ctrflow/embeddings';
import type { EncodedColumns, RowSelection } from '@ctrflow/features';
import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CtrModel } from './contract';
import { isFed, isTableFeed } from './feeds/feed';
import type { DataFeed, FeedArray, FeedBuffers, FeedSource } from './feeds/feed';
import { GroupFeeder } from './group-feeder';
import type { RowGradients } from './group-feeder';
import { bucket, longest } from './list-lengths';
import { readList, selectionOf } from './read-slots';

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
  private readonly others: readonly { readonly feed: DataFeed; readonly buffers: FeedBuffers }[];
  private readonly lengthOf: (slot: string, selection: RowSelection) => number;

  /** @param options `bucketed`: lists are padded to one of few lengths, so that an engine that compiles for shapes compiles seldom */
  constructor(model: CtrModel, { bucketed = false }: { readonly bucketed?: boolean } = {}) {
    const lengthOf = bucketed ? bucket : longest;
    const lists = model.schema.slots.filter((slot) => slot.kind === 'list');
    const maxLengths = new Map(lists.map(({ name, maxLength }) => [name, maxLength]));
    this.lengthOf = (slot, { columns, rows }) =>
      lengthOf(readList(columns, slot), rows, maxLengths.get(slot) ?? Infinity);
    this.others = model.feeds
      .filter((feed): feed is DataFeed => !isTableFeed(feed))
      .map((feed) => ({ feed, buffers: growingBuffers() }));
    const rows = model.feeds.filter(isTableFeed);
    const feeders: GroupFeeder[] = [];
    for (const group of model.groups) {
      const feeds = rows.filter((feed) => feed.group === group.name);
      // Groups that look up the same rows of equal tables (linear and embedding) find the distinct ones once.
      const twin = feeders.find((other) => other.looksUpLike(group, feeds));
      feeders.push(new GroupFeeder(group, feeds, model, twin));
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
    const lengthOf = (slot: string): number => this.lengthOf(slot, selection);
    const source: FeedSource = { batch, selection, key, lengthOf };
    for (const group of this.groups) group.feed(source, feeds);
    for (const { feed, buffers } of this.others) if (isFed(feed, source)) feeds[feed.name] = feed.fill(source, buffers);
    return feeds;
  }

  /** Squared norm of all table gradients of the last batch, decay included. */
  gradientSquaredNorm(gradients: RowGradients): number {
    return this.groups.reduce((norm, group) => norm + group.gradientSquaredNorm(gradients), 0);
  }

  /** Updates the tables with the gradients of the last batch's row feeds; groups without any stay as they are. */
  update(gradients: RowGradients, step: TableStep): void {
    for (const group of this.groups) group.update(gradients, step);
  }
}

/** Memory of one feed, as much as its largest batch needed. */
function growingBuffers(): FeedBuffers {
  let buffer = new ArrayBuffer(0);
  const reserve = (size: number): ArrayBuffer => {
    if (buffer.byteLength < size * BYTES_OF_NUMBER) buffer = new ArrayBuffer(size * BYTES_OF_NUMBER);
    return buffer;
  };
  return {
    floats: (size) => new Float32Array(reserve(size), 0, size),
    integers: (size) => new Int32Array(reserve(size), 0, size),
  };
}

/** A feed as a tensor; backends keep the array, which the feeder writes again. */
export function feedTensor({ data, shape }: FeedArray): Tensor {
  return tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}
