import { ConfigError, DataError, checkInteger, checkKnownOptions, checkNumber, expected } from '@ctrflow/core';

/** How a history is cut into sessions. */
export interface SessionOptions {
  /**
   * Minutes: a longer time without an event begins a new session. Default 30, as in the paper. Where times are dates, whole days: 1440 lets events of one day and the next
   * stand together, 0 makes a session of each day.
   */
  readonly gapMinutes?: number;
  /** K, the latest sessions that are kept. Default 5, as in the paper. */
  readonly maxSessions?: number;
  /** T, the latest events that are kept of each session. Default 10, as in the paper. */
  readonly maxSessionLength?: number;
}

/** Events `from` to `to` (exclusive) of a history. */
export interface Session {
  readonly from: number;
  readonly to: number;
}

/** The options with what holds where they say nothing. */
export function sessionSettings({
  gapMinutes = 30,
  maxSessions = 5,
  maxSessionLength = 10,
}: SessionOptions): Required<SessionOptions> {
  return { gapMinutes, maxSessions, maxSessionLength };
}

/** @throws ConfigError naming the option that is out of range */
export function checkSessionOptions(who: string, options: SessionOptions): void {
  const { gapMinutes, maxSessions, maxSessionLength } = sessionSettings(options);
  checkNumber(who, 'gapMinutes', gapMinutes, { min: 0 });
  checkInteger(who, 'maxSessions', maxSessions, { min: 1, max: MAX_LENGTH });
  checkInteger(who, 'maxSessionLength', maxSessionLength, { min: 1, max: MAX_LENGTH });
}

const MAX_LENGTH = 2 ** 15;

/**
 * Session division: the sessions of a user's history, oldest first. Between two events of a session there are at most `gapMinutes`, between two sessions more. Of more
 * sessions than `maxSessions` the latest stay, of more events than `maxSessionLength` the latest of the session; the latest event of all always does.
 *
 * @param times - milliseconds since 1970 of each event, oldest first
 * @example
 * divideSessions([0, 60_000, 7_200_000]); // [{ from: 0, to: 2 }, { from: 2, to: 3 }]
 * @throws ConfigError for an option out of range; DataError when times go back
 * @see Feng et al.: Deep Session Interest Network for click-through rate prediction. IJCAI 2019, session division layer.
 */
export function divideSessions(times: ArrayLike<number>, options: SessionOptions = {}): Session[] {
  checkKnownOptions('divideSessions', options, ['gapMinutes', 'maxSessions', 'maxSessionLength']);
  checkSessionOptions('divideSessions', options);
  const isList = Array.isArray(times) || ArrayBuffer.isView(times);
  if (!isList) throw new ConfigError(expected('divideSessions', 'a list of times', times));
  const noTime = Array.from(times).findIndex((time) => typeof time !== 'number');
  if (noTime >= 0) throw new DataError(expected('divideSessions', 'a number for each time', times[noTime]));
  const late = firstOutOfOrder(times);
  if (late >= 0)
    throw new DataError(expected('divideSessions', TIMES_IN_ORDER, `${times[late]} after ${times[late - 1]}`));
  return divided(times, sessionSettings(options));
}

/** What is expected of the times of a history. */
export const TIMES_IN_ORDER = 'times in order, oldest first';

/** The first event that is earlier than the one before it; -1 when there is none. */
export function firstOutOfOrder(times: ArrayLike<number>): number {
  for (let i = 1; i < times.length; i++) if (!(times[i] >= times[i - 1])) return i;
  return -1;
}

/** {@link divideSessions} of what was checked before, from the latest event back. */
export function divided(
  times: ArrayLike<number>,
  { gapMinutes, maxSessions, maxSessionLength }: Required<SessionOptions>,
): Session[] {
  const gap = gapMinutes * 60_000;
  const sessions: Session[] = [];
  for (let to = times.length; to > 0 && sessions.length < maxSessions;) {
    let from = to - 1;
    while (from > 0 && times[from] - times[from - 1] <= gap) from--;
    sessions.push({ from: Math.max(from, to - maxSessionLength), to });
    to = from;
  }
  return sessions.reverse();
}
