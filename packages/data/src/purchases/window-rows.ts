import { checkInteger, checkObject, checkText, checkTexts, recordOf } from '@ctrflow/core';
import type { NumberColumn, TextColumn } from '@ctrflow/features';
import { checkPoints, checkUsers, isPurchase } from './log';
import type { EventsByUser, PurchaseEvent } from './log';

/** A user at a day, whose behaviour before that day is to be seen. */
export interface PredictionPoint {
  readonly user: string;
  /** Days since 1970-01-01: events of this day and later ones are not seen. */
  readonly day: number;
}

/** What a window looks like. */
export interface WindowShape {
  /** Name of the window, and the beginning of its columns' names. */
  readonly name: string;
  /** T. */
  readonly numSteps: number;
  /** Days per step. */
  readonly stepDays: number;
  /** Categories with a channel of their own. */
  readonly related: readonly string[];
  /** Other behaviours with a channel of their own. */
  readonly behaviours: readonly string[];
}

/** C names: `purchases`, `spend`, `categories`, `recency`, `related_1`, ..., `behaviour_1`, ... */
export function windowChannels(shape: Pick<WindowShape, 'related' | 'behaviours'>): string[] {
  const { related, behaviours } = checkObject('windowChannels', 'the shape of a window', shape);
  checkTexts('windowChannels', 'related', related);
  checkTexts('windowChannels', 'behaviours', behaviours);
  const numbered = (name: string, of: readonly string[]): string[] => of.map((_, i) => `${name}_${i + 1}`);
  return ['purchases', 'spend', 'categories', 'recency', ...numbered('related', related), ...numbered('behaviour', behaviours)]; // prettier-ignore
}

/**
 * The behaviour of users before a day as the columns of a window: step t of T covers the `stepDays` days that end `(T - 1 - t) stepDays` days before the point. Per
 * step: `ln(1 + x)` of the number of purchases, of the money spent, of the number of distinct categories bought in, of purchases in each related category and of each
 * other behaviour; and the recency, days from the last purchase to the end of the step as a share of the window (1 where there was none in it).
 *
 * No event of the point's day or later has any influence.
 */
export function windowRows(
  users: EventsByUser,
  points: readonly PredictionPoint[],
  shape: WindowShape,
): Record<string, TextColumn | NumberColumn> {
  const who = 'windowRows';
  checkUsers(who, users);
  checkPoints(who, points);
  const channels = windowChannels(shape);
  checkText(who, 'name', shape.name);
  checkInteger(who, 'numSteps', shape.numSteps, { min: 1 });
  checkInteger(who, 'stepDays', shape.stepDays, { min: 1 });
  const columns = Array.from({ length: shape.numSteps * channels.length }, () => new Float64Array(points.length));
  points.forEach(({ user, day }, row) => {
    const steps = stepsBefore(users.get(user) ?? [], day, shape);
    let lastDay = -Infinity;
    steps.forEach((events, t) => {
      lastDay = events.filter(isPurchase).at(-1)?.day ?? lastDay;
      const end = day - (shape.numSteps - 1 - t) * shape.stepDays;
      const recency = Math.min(1, (end - lastDay) / (shape.numSteps * shape.stepDays));
      measurements(events, recency, shape).forEach((value, c) => {
        columns[t * channels.length + c][row] = value;
      });
    });
  });
  const named = columns.map((values, i) => {
    const [t, c] = [Math.floor(i / channels.length), i % channels.length];
    return [`${shape.name}.${channels[c]}.${t}`, { kind: 'number' as const, values }] as const;
  });
  return recordOf(named);
}

/** The events of each step. */
function stepsBefore(
  events: readonly PurchaseEvent[],
  day: number,
  { numSteps, stepDays }: WindowShape,
): PurchaseEvent[][] {
  const steps = Array.from({ length: numSteps }, (): PurchaseEvent[] => []);
  for (const event of events) {
    if (event.day >= day) break;
    const t = numSteps - 1 - Math.floor((day - 1 - event.day) / stepDays);
    if (t >= 0) steps[t].push(event);
  }
  return steps;
}

/** All channels of a step. */
function measurements(
  events: readonly PurchaseEvent[],
  recency: number,
  { related, behaviours }: WindowShape,
): number[] {
  const bought = events.filter(isPurchase);
  const spend = bought.reduce((sum, { amount }) => sum + amount, 0);
  const numCategories = new Set(bought.map(({ category }) => category)).size;
  const others = [
    ...related.map((name) => bought.filter(({ category }) => category === name).length),
    ...behaviours.map((name) => events.filter(({ behaviour }) => behaviour === name).length),
  ];
  return [...[bought.length, Math.max(0, spend), numCategories].map(Math.log1p), recency, ...others.map(Math.log1p)];
}
