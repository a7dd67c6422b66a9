import { DataError, checkObject, checkTyped, expected } from '@ctrflow/core';
import { checkTextColumn } from '@ctrflow/features';
import type { TextColumn } from '@ctrflow/features';

/** What users did, one entry per event, in any order. */
export interface EventLog {
  readonly user: TextColumn;
  readonly item: TextColumn;
  /** Milliseconds since 1970. */
  readonly time: Float64Array;
  /** What was done, such as `view` or `buy`, where events differ in that. */
  readonly behaviour?: TextColumn;
}

/** @throws ConfigError naming the column of the log that is none */
export function checkEventLog(who: string, log: EventLog): EventLog {
  const { user, item, time, behaviour } = checkObject(who, 'an event log of user, item and time', log);
  checkTextColumn(who, 'user', user);
  checkTextColumn(who, 'item', item);
  checkTyped(who, 'time', time, ['Float64Array']);
  if (behaviour !== undefined) checkTextColumn(who, 'behaviour', behaviour);
  return log;
}

/** The number of events. */
export function numEvents({ user, item, time, behaviour }: EventLog): number {
  const lengths = [user.codes.length, item.codes.length, time.length, behaviour?.codes.length ?? time.length];
  if (new Set(lengths).size > 1) throw new DataError(expected('event log', 'columns of one length', lengths.join()));
  const missing = time.findIndex(Number.isNaN);
  if (missing >= 0) throw new DataError(expected('event log', `a time in entry ${missing}`, NaN));
  return time.length;
}

/** Events in order of time; those of one time in the order of the log. */
export function byTime(log: EventLog): Int32Array {
  const { time } = log;
  return Int32Array.from({ length: numEvents(log) }, (_, event) => event).sort((a, b) => time[a] - time[b] || a - b);
}

/** How many of the events, which are in order of time, are before a time: equal times are not. */
export function countBefore(order: ArrayLike<number>, time: Float64Array, before: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[order[middle]] < before) low = middle + 1;
    else high = middle;
  }
  return low;
}
