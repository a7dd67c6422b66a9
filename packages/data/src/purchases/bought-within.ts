import { isPurchase } from './log';
import type { EventsByUser } from './log';
import type { PredictionPoint } from './window-rows';

/** Whether a user buys in a category within `numDays` days, the point's day included: the follow-up of a prediction. */
export function boughtWithin(
  users: EventsByUser,
  points: readonly PredictionPoint[],
  { category, numDays }: { readonly category: string; readonly numDays: number },
): boolean[] {
  return points.map(({ user, day }) =>
    (users.get(user) ?? []).some(
      (event) => isPurchase(event) && event.category === category && event.day >= day && event.day < day + numDays,
    ),
  );
}
