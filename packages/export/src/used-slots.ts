import type { IdSlot, ListSlot, Slot, ValueSlot } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';

/** The slots of a schema that a model reads, each kind in schema order. */
export interface UsedSlots {
  readonly ids: readonly IdSlot[];
  readonly values: readonly ValueSlot[];
  readonly lists: readonly ListSlot[];
  readonly byName: ReadonlyMap<string, Slot>;
}

/** Finds the slots behind a model's feeds. */
export function usedSlots({ feeds, schema }: CtrModel): UsedSlots {
  const names = new Set(feeds.flatMap((feed) => ('slots' in feed ? feed.slots : [feed.slot])));
  const used = schema.slots.filter(({ name }) => names.has(name));
  return {
    ids: used.filter((slot) => slot.kind === 'id'),
    values: used.filter((slot) => slot.kind === 'value'),
    lists: used.filter((slot) => slot.kind === 'list'),
    byName: new Map(used.map((slot) => [slot.name, slot])),
  };
}
