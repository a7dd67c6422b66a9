import { ShapeError, expected, foldIn } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { LookupPlan, TableGroup, TableStep } from '@ctrflow/embeddings';
import type { EncodedColumns, EncodedList, RowSelection } from '@ctrflow/features';
import type { CtrModel, FeedSpec } from './contract';
import type { FeedArray, RowGradients } from './feeds';
import { drawNegatives } from './negatives';
import { firstRows, readIds, required } from './read-slots';

/** A feed that comes from tables. */
export type RowsFeed = Extract<FeedSpec, { group: string }>;

/** Lookups of one feed within those of its group. */
interface Segment {
  readonly feed: RowsFeed;
  from: number;
  to: number;
}

/** The lookups of one group: all its feeds, one after the other, share one plan. */
export class GroupFeeder {
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
    private readonly lengthOf: (slot: string, selection: RowSelection) => number,
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
      return this.lengthOf(feed.slot, selection);
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

  private findIds(slots: readonly string[], selection: RowSelection, from: number): void {
    const offsets = slots.map((slot) => this.group.offsetOf(this.tableOf(slot)));
    readIds(selection, slots, offsets, this.rows.subarray(from));
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
