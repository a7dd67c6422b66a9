import type { IdSlot, ListSlot, Slot, TensorSlot, ValueSlot } from '@ctrflow/features';
import type { CtrModel, Feed } from '@ctrflow/model-kit';

/** The slots of a schema that a model reads, each kind in schema order. */
export interface UsedSlots {
  readonly ids: readonly IdSlot[];
  readonly values: readonly ValueSlot[];
  readonly lists: readonly ListSlot[];
  readonly tensors: readonly TensorSlot[];
  readonly byName: ReadonlyMap<string, Slot>;
}

/** The feeds that are not for training only. */
export function predictionFeeds({ feeds }: CtrModel): readonly Feed[] {
  return feeds.filter(({ when }) => when === 'always');
}

/** The feeds that no graph computes from slots: they are inputs of a file themselves. */
export function givenFeeds(model: CtrModel): readonly Feed[] {
  return predictionFeeds(model).filter(({ inGraph }) => inGraph === undefined);
}

/** Finds the slots behind a model's feeds. */
export function usedSlots(model: CtrModel): UsedSlots {
  const computed = predictionFeeds(model).filter(({ inGraph }) => inGraph !== undefined);
  const names = new Set(computed.flatMap(({ slots }) => slots));
  return byKind(model.schema.slots.filter(({ name }) => names.has(name)));
}

/** Some of the slots. */
export function slotsAmong({ byName }: UsedSlots, has: (slot: string) => boolean): UsedSlots {
  return byKind([...byName.values()].filter(({ name }) => has(name)));
}

function byKind(used: readonly Slot[]): UsedSlots {
  return {
    ids: used.filter((slot) => slot.kind === 'id'),
    values: used.filter((slot) => slot.kind === 'value'),
    lists: used.filter((slot) => slot.kind === 'list'),
    tensors: used.filter((slot) => slot.kind === 'tensor'),
    byName: new Map(used.map((slot) => [slot.name, slot])),
  };
}
