import { checkInteger, checkKnownOptions, checkObject, checkTyped } from '@ctrflow/core';
import { checkTextColumn } from '@ctrflow/features';
import type { TextColumn } from '@ctrflow/features';
import { byTime, checkEventLog, countBefore } from './event-log';
import type { EventLog } from './event-log';

/** Users at times: the rows that histories are wanted for. */
export interface HistoryPoints {
  readonly user: TextColumn;
  /** Milliseconds since 1970. */
  readonly time: Float64Array;
}

/** Entries of a log by row: row i has entries `offsets[i]` to `offsets[i + 1]` (exclusive) of `events`, oldest first. */
export interface PastEvents {
  readonly offsets: Int32Array;
  readonly events: Int32Array;
}

/** Options of {@link pastEvents}. */
export interface PastEventsOptions {
  /** T: the latest ones stay. Default 50. */
  readonly maxLength?: number;
}

/**
 * The events of each row's user before the row's own time, the latest `maxLength` of them, oldest first. Events of the same time are not seen: where a data set knows only days, those of
 * the row's day may have come after it.
 *
 * @example
 * const past = pastEvents(log, { user: rows.user, time: rows.time }, { maxLength: 20 });
 * const columns = historyColumns(log, past, rows.time);
 * @throws DataError for columns of different lengths or a missing time in the log
 */
export function pastEvents(log: EventLog, points: HistoryPoints, options: PastEventsOptions = {}): PastEvents {
  const who = 'pastEvents';
  checkEventLog(who, log);
  const { user, time: times } = checkObject(who, 'points of user and time', points);
  checkTextColumn(who, 'the user of the points', user);
  checkTyped(who, 'the time of the points', times, ['Float64Array']);
  checkKnownOptions(who, options, ['maxLength']);
  const maxLength = checkInteger(who, 'maxLength', options.maxLength ?? 50, { min: 1 });
  const ofUser = eventsOfUsers(log);
  const offsets = new Int32Array(times.length + 1);
  const events: number[] = [];
  times.forEach((time, row) => {
    const own = ofUser.get(user.dictionary[user.codes[row]]) ?? [];
    const end = countBefore(own, log.time, time);
    for (let i = Math.max(0, end - maxLength); i < end; i++) events.push(own[i]);
    offsets[row + 1] = events.length;
  });
  return { offsets, events: Int32Array.from(events) };
}

/** Events of each user in order of time; those without a user are nobody's. */
export function eventsOfUsers(log: EventLog): Map<string | null, number[]> {
  const ofUser = new Map<string | null, number[]>();
  const { dictionary, codes } = log.user;
  for (const event of byTime(log)) {
    const user = dictionary[codes[event]];
    if (user === null) continue;
    const own = ofUser.get(user);
    if (own === undefined) ofUser.set(user, [event]);
    else own.push(event);
  }
  return ofUser;
}
