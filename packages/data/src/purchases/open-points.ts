import { checkInteger, checkKnownOptions, checkText, checkTexts } from '@ctrflow/core';
import { featureDayOf, purchaseInTarget } from './labelled-points';
import { checkUsers } from './log';
import type { EventsByUser } from './log';
import type { PredictionPoint } from './window-rows';

/** What {@link openPoints} goes by. */
export interface OpenPointsOptions {
  readonly target: string;
  /** Categories whose first purchase makes the feature day. */
  readonly related: readonly string[];
  /** Days of the observation window, from the feature day on. */
  readonly observationDays: number;
  /** The day to predict on: events of this day and later ones are not seen. */
  readonly day: number;
}

/**
 * The users whose observation window is open on a day: their feature day is before it, fewer than `observationDays` ago, and they have not yet bought in the target category. These are the users
 * whom a shop would score on that day; nothing later has a say in who they are. With {@link boughtWithin} they tell how many of the users predicted bought soon after.
 *
 * @example
 * const points = openPoints(users, { target, related, observationDays: 180, day });
 * const rows = windowRows(users, points, samples.shape);
 * const bought = boughtWithin(users, points, { category: target, numDays: 15 });
 */
export function openPoints(users: EventsByUser, options: OpenPointsOptions): PredictionPoint[] {
  const who = 'openPoints';
  checkUsers(who, users);
  checkKnownOptions(who, options, ['target', 'related', 'observationDays', 'day']);
  const { target, related, observationDays, day } = options;
  checkText(who, 'target', target);
  checkTexts(who, 'related', related);
  checkInteger(who, 'observationDays', observationDays, { min: 1 });
  checkInteger(who, 'day', day);
  const settings = { target, related: new Set(related) };
  const isOpen = (user: string): boolean => {
    const seen = (users.get(user) ?? []).filter((event) => event.day < day);
    const featureDay = featureDayOf(seen, settings);
    if (featureDay === undefined || featureDay + observationDays <= day) return false;
    return purchaseInTarget(seen, featureDay, settings) === undefined;
  };
  return [...users.keys()].filter(isOpen).map((user) => ({ user, day }));
}
