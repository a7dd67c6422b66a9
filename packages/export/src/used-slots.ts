import type { IdSlot, ListSlot, Slot, ValueSlot } from '@ctrflow/features';
import { isForTraining } from '@ctrflow/model-kit';
import type { CtrModel, FeedSpec } from '@ctrflow/model-kit';

/** The slots of a schema that a model reads, each kind in schema order. */
export interface UsedSlots {
  readonly ids: readonly IdSlot[];
  readonly values: readonly ValueSlot[];
  readonly lists: readonly ListSlot[];
  readonly byName: ReadonlyMap<string, Slot>;
}

/** A feed of prediction. */
export type PredictionFeed = Exclude<FeedSpec, { kind: 'negative-rows' | 'packed-events' | 'packed-places' }>;

/** The feeds that are not for training only. */
export function predictionFeeds(feeds: readonly FeedSpec[]): readonly PredictionFeed[] {
  return feeds.filter((feed): feed is PredictionFeed => !isForTraining(feed));
}

/** Finds the slots behind a model's feeds. */
export function usedSlots({ feeds, schema }: CtrModel): UsedSlots {
  const names = new Set(predictionFeeds(feeds).flatMap((feed) => ('slots' in feed ? feed.slots : [feed.slot])));
  const used = schema.slots.filter(({ name }) => names.has(name));
  return {
    ids: used.filter((slot) => slot.kind === 'id'),
    values: used.filter((slot) => slot.kind === 'value'),
    lists: used.filter((slot) => slot.kind === 'list'),
    byName: new Map(used.map((slot) => [slot.name, slot])),
  };
}
