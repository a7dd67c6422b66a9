import { foldIn, integerAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { isPurchase } from './log';
import type { EventsByUser, PurchaseEvent } from './log';
import type { PredictionPoint } from './window-rows';

/** A prediction point with what happened. */
export interface LabelledPoint extends PredictionPoint {
  readonly label: 0 | 1;
}

/** What {@link labelledPoints} goes by. */
interface PointSettings {
  readonly target: string;
  readonly related: ReadonlySet<string>;
  readonly observationDays: number;
  readonly lastDay: number;
  readonly key: RandomKey;
  /** Users whose waits the negatives draw from. */
  readonly trains: (user: string) => boolean;
}

type Fate = 'positive' | 'negative' | 'noFeatureDay' | 'incomplete' | 'boughtBefore' | 'signOfNeed';

/** A user with a feature day: positive at a day of purchase, or negative. */
interface Candidate {
  readonly user: string;
  readonly featureDay: number;
  /** Of the first purchase in the target category. */
  readonly boughtOn?: number;
}

/** The prediction point of every user who is positive or negative, and how many users met which fate; see `purchaseSamples`. */
export function labelledPoints(
  users: EventsByUser,
  settings: PointSettings,
): { readonly points: readonly LabelledPoint[]; readonly users: Readonly<Record<Fate, number>> } {
  const counts = { positive: 0, negative: 0, noFeatureDay: 0, incomplete: 0, boughtBefore: 0, signOfNeed: 0 };
  const candidates: Candidate[] = [];
  for (const [user, events] of users) {
    const fate = fateOf(user, events, settings);
    counts[fate.fate]++;
    if (fate.candidate !== undefined) candidates.push(fate.candidate);
  }
  const waits = candidates.flatMap(({ user, featureDay, boughtOn }) =>
    boughtOn === undefined || !settings.trains(user) ? [] : [boughtOn - featureDay],
  );
  const points = candidates.flatMap(({ user, featureDay, boughtOn }): LabelledPoint[] => {
    if (boughtOn !== undefined) return [{ user, day: boughtOn, label: 1 }];
    if (waits.length === 0) return [];
    const wait = waits[integerAt(foldIn(settings.key, 'wait', user), 0, waits.length)];
    return [{ user, day: featureDay + wait, label: 0 }];
  });
  return { points, users: counts };
}

function fateOf(
  user: string,
  events: readonly PurchaseEvent[],
  { target, related, observationDays, lastDay }: PointSettings,
): { readonly fate: Fate; readonly candidate?: Candidate } {
  const featureDay = events.find((event) => isPurchase(event) && related.has(event.category))?.day;
  if (featureDay === undefined) return { fate: 'noFeatureDay' };
  if (featureDay + observationDays - 1 > lastDay) return { fate: 'incomplete' };
  const again = related.has(target); // where the target itself makes the feature day, what counts comes after it
  const inTarget = events.filter(({ category, day }) => category === target && !(again && day <= featureDay));
  const boughtOn = inTarget.find(isPurchase)?.day;
  if (boughtOn !== undefined && boughtOn <= featureDay) return { fate: 'boughtBefore' };
  if (boughtOn !== undefined && boughtOn < featureDay + observationDays)
    return { fate: 'positive', candidate: { user, featureDay, boughtOn } };
  return inTarget.length > 0 ? { fate: 'signOfNeed' } : { fate: 'negative', candidate: { user, featureDay } };
}

/**
 * Augmentation by shifting: each point, and the same with the latest 1, ..., `shifts` baskets (days of purchases) before it deleted, its label unchanged. The
 * point then stands at the day of the earliest basket deleted; it is left out when nothing was bought before.
 */
export function shifted(users: EventsByUser, points: readonly LabelledPoint[], shifts: number): LabelledPoint[] {
  return points.flatMap((point) => {
    const before = (users.get(point.user) ?? []).filter((event) => isPurchase(event) && event.day < point.day);
    const baskets = [...new Set(before.map(({ day }) => day))];
    const earlier = Array.from({ length: shifts }, (_, n) => baskets.at(-1 - n));
    const [first] = baskets;
    return [point, ...earlier.flatMap((day) => (day === undefined || day <= first ? [] : [{ ...point, day }]))];
  });
}
