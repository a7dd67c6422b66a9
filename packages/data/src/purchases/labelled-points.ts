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
  settings: PointSettings,
): { readonly fate: Fate; readonly candidate?: Candidate } {
  const { target, observationDays, lastDay } = settings;
  const featureDay = featureDayOf(events, settings);
  if (featureDay === undefined) return { fate: 'noFeatureDay' };
  if (featureDay + observationDays - 1 > lastDay) return { fate: 'incomplete' };
  const boughtOn = purchaseInTarget(events, featureDay, settings)?.day;
  if (boughtOn !== undefined && boughtOn <= featureDay) return { fate: 'boughtBefore' };
  if (boughtOn !== undefined && boughtOn < featureDay + observationDays)
    return { fate: 'positive', candidate: { user, featureDay, boughtOn } };
  const signs = events.some((event) => event.category === target && counts(event, featureDay, settings));
  return signs ? { fate: 'signOfNeed' } : { fate: 'negative', candidate: { user, featureDay } };
}

type Categories = Pick<PointSettings, 'target' | 'related'>;

/** The day of the first purchase in a related category. */
export function featureDayOf(
  events: readonly PurchaseEvent[],
  { related }: Pick<Categories, 'related'>,
): number | undefined {
  return events.find((event) => isPurchase(event) && related.has(event.category))?.day;
}

/** The first purchase in the target category that counts. */
export function purchaseInTarget(
  events: readonly PurchaseEvent[],
  featureDay: number,
  settings: Categories,
): PurchaseEvent | undefined {
  return events.find(
    (event) => isPurchase(event) && event.category === settings.target && counts(event, featureDay, settings),
  );
}

/** Where the target itself makes the feature day, what counts comes after it. */
function counts({ day }: PurchaseEvent, featureDay: number, { target, related }: Categories): boolean {
  return !related.has(target) || day > featureDay;
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
