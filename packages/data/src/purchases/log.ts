import { DataError, expected } from '@ctrflow/core';
import type { TextColumn } from '@ctrflow/features';

/** What users did: one entry per purchase (or other behaviour), in any order. Entries without a user or a category are not read. */
export interface PurchaseLog {
  readonly user: TextColumn;
  readonly category: TextColumn;
  /** Whole days since 1970-01-01. */
  readonly day: Int32Array;
  /** Money spent; anything where nothing was bought. */
  readonly amount: Float64Array;
  /** What was done; all entries are purchases when absent. */
  readonly behaviour?: TextColumn;
}

/** The text of `behaviour` that means a purchase. */
export const PURCHASE = 'purchase';

/** Something that a user did. */
export interface PurchaseEvent {
  readonly day: number;
  readonly category: string;
  readonly amount: number;
  readonly behaviour: string;
}

/** The events of each user, by day; those of one day in the order of the log. */
export type EventsByUser = ReadonlyMap<string, readonly PurchaseEvent[]>;

/**
 * Sorts a log by user and day.
 *
 * @throws DataError when the columns are not equally long
 */
export function eventsByUser({ user, category, day, amount, behaviour }: PurchaseLog): EventsByUser {
  const lengths = [user.codes.length, category.codes.length, day.length, amount.length, behaviour?.codes.length ?? day.length]; // prettier-ignore
  if (new Set(lengths).size > 1) throw new DataError(expected('purchase log', 'columns of one length', lengths));
  const byUser = new Map<string, PurchaseEvent[]>();
  for (let row = 0; row < day.length; row++) {
    const name = user.dictionary[user.codes[row]];
    const categoryName = category.dictionary[category.codes[row]];
    const done = behaviour === undefined ? PURCHASE : behaviour.dictionary[behaviour.codes[row]];
    if (name === null || categoryName === null || done === null) continue;
    let events = byUser.get(name);
    if (events === undefined) byUser.set(name, (events = []));
    events.push({ day: day[row], category: categoryName, amount: amount[row], behaviour: done });
  }
  for (const events of byUser.values()) events.sort((a, b) => a.day - b.day);
  return byUser;
}

/** Whether an event is a purchase. */
export function isPurchase({ behaviour }: PurchaseEvent): boolean {
  return behaviour === PURCHASE;
}
