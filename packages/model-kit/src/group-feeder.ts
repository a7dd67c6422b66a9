import { ShapeError, expected } from '@ctrflow/core';
import type { LookupPlan, TableGroup, TableStep } from '@ctrflow/embeddings';
import type { CtrModel } from './contract';
import { isFed } from './feeds/feed';
import type { FeedArray, FeedSource, TableFeed } from './feeds/feed';

/** Gradients with respect to the row feeds, by feed name, each as long as the feed. */
export type RowGradients = Readonly<Record<string, Float32Array>>;

/** Lookups of one feed within those of its group. */
interface Segment {
  readonly feed: TableFeed;
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
    private readonly feeds: readonly TableFeed[],
    private readonly model: CtrModel,
    private readonly twin: GroupFeeder | undefined,
  ) {
    this.segments = feeds.map((feed) => ({ feed, from: 0, to: 0 }));
  }

  looksUpLike(group: TableGroup, feeds: readonly TableFeed[]): boolean {
    const lookups = ({ kind, slots, settings }: TableFeed): unknown => [kind, slots, settings];
    const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
    return (
      this.twin === undefined &&
      same(this.group.tables, group.tables) &&
      same(this.feeds.map(lookups), feeds.map(lookups))
    );
  }

  feed(source: FeedSource, out: Record<string, FeedArray>): void {
    const B = source.batch.numRows;
    const { dim } = this.group;
    const lengths = this.feeds.map((feed) => (isFed(feed, source) ? feed.length(source) : 0));
    this.numLookups = lengths.reduce((total, length) => total + B * length, 0);
    this.reserve(this.numLookups);
    this.findRows(source, lengths);
    this.plan = this.twin?.plan ?? this.group.plan(this.rows, this.numLookups);
    this.group.gather(this.plan, this.gathered);
    this.segments.forEach(({ feed, from, to }, i) => {
      if (lengths[i] === 0) return;
      out[feed.name] = { data: this.gathered.subarray(from * dim, to * dim), shape: [B, lengths[i], dim] };
    });
  }

  gradientSquaredNorm(gradients: RowGradients): number {
    if (!this.isTouched(gradients)) return 0;
    return this.group.gradientSquaredNorm(this.planOfBatch(), this.joined(gradients));
  }

  update(gradients: RowGradients, step: TableStep): void {
    if (this.isTouched(gradients)) this.group.update(this.planOfBatch(), this.joined(gradients), step);
  }

  /** Writes the group row of every lookup, feed after feed. */
  private findRows(source: FeedSource, lengths: readonly number[]): void {
    let from = 0;
    this.segments.forEach((segment, i) => {
      segment.from = from;
      segment.to = from + source.batch.numRows * lengths[i];
      if (this.twin === undefined && lengths[i] > 0)
        segment.feed.find(source, this.offsetOf, this.rows.subarray(from, segment.to));
      from = segment.to;
    });
  }

  /** The first row of a slot's table. */
  private readonly offsetOf = (slot: string): number => {
    const found = this.model.schema.slots.find(({ name }) => name === slot);
    return this.group.offsetOf(found !== undefined && 'table' in found ? found.table : slot);
  };

  /** Whether any of its rows has a gradient: a loss may go by other tables only. */
  private isTouched(gradients: RowGradients): boolean {
    return this.segments.some(({ feed }) => Object.hasOwn(gradients, feed.name));
  }

  /** The gradients of all feeds in the order of the lookups, 0 for those that have none. */
  private joined(gradients: RowGradients): Float32Array {
    const [only] = this.segments;
    if (this.segments.length === 1) return gradients[only.feed.name];
    const { dim } = this.group;
    for (const { feed, from, to } of this.segments) {
      if (to === from) continue;
      const gradient = gradients[feed.name] as Float32Array | undefined;
      if (gradient === undefined) this.gradients.fill(0, from * dim, to * dim);
      else this.gradients.set(gradient, from * dim);
    }
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
