import { checkInteger, checkObject, checkText } from '@ctrflow/core';
import { checkPoints, checkUsers, isPurchase } from './log';
import type { EventsByUser } from './log';
import type { PredictionPoint } from './window-rows';

/** Whether a user buys in a category within `numDays` days, the point's day included: the follow-up of a prediction. */
export function boughtWithin(
  users: EventsByUser,
  points: readonly PredictionPoint[],
  within: { readonly category: string; readonly numDays: number },
): boolean[] {
  const who = 'boughtWithin';
  checkUsers(who, users);
  checkPoints(who, points);
  const { category, numDays } = checkObject(who, 'a category and a number of days', within);
  checkText(who, 'category', category);
  checkInteger(who, 'numDays', numDays, { min: 1 });
  return points.map(({ user, day }) =>
    (users.get(user) ?? []).some(
      (event) => isPurchase(event) && event.category === category && event.day >= day && event.day < day + numDays,
    ),
  );
}
