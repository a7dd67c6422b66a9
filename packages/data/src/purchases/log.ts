import {
  ConfigError,
  DataError,
  checkInteger,
  checkList,
  checkObject,
  checkText,
  checkTyped,
  expected,
} from '@ctrflow/core';
import { checkTextColumn } from '@ctrflow/features';
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
export function eventsByUser(log: PurchaseLog): EventsByUser {
  const { user, category, day, amount, behaviour } = checkPurchaseLog('eventsByUser', log);
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

/** @throws ConfigError naming the column of the log that is none */
export function checkPurchaseLog(who: string, log: PurchaseLog): PurchaseLog {
  const { user, category, day, amount, behaviour } = checkObject(who, 'a log of user, category, day and amount', log);
  checkTextColumn(who, 'user', user);
  checkTextColumn(who, 'category', category);
  checkTyped(who, 'day', day, ['Int32Array']);
  checkTyped(who, 'amount', amount, ['Float64Array']);
  if (behaviour !== undefined) checkTextColumn(who, 'behaviour', behaviour);
  return log;
}

/** @throws ConfigError for what {@link eventsByUser} does not give */
export function checkUsers(who: string, users: EventsByUser): void {
  if (!((users as unknown) instanceof Map))
    throw new ConfigError(expected(who, 'events of users, as eventsByUser gives them', users));
}

/** @throws ConfigError for a point that is no user at a day */
export function checkPoints(who: string, points: readonly { readonly user: string; readonly day: number }[]): void {
  for (const point of checkList(who, 'a list of points of user and day', points)) {
    const { user, day } = checkObject(who, 'a point of user and day', point);
    checkText(who, 'the user of a point', user);
    checkInteger(who, 'the day of a point', day);
  }
}

/** Whether an event is a purchase. */
export function isPurchase({ behaviour }: PurchaseEvent): boolean {
  return behaviour === PURCHASE;
}
