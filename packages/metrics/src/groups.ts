import { ConfigError, DataError, ShapeError, expected } from '@ctrflow/core';
import type { Scored } from './inputs';
import { ascending } from './order';

/** Scored rows that belong to groups: users, sessions, queries. */
export interface Grouped extends Scored {
  /** `[N]`: rows with the same number are a group. */
  readonly groups: Float64Array | Int32Array;
}

/** Rows sorted by group and, within a group, by ascending score. */
export interface RankedGroups {
  /** `[N]` row numbers; equal scores of a group in row order. */
  readonly order: Uint32Array;
  /** `[G + 1]` where each of the G groups starts in `order`, and N. */
  readonly starts: Uint32Array;
}

/** @throws ShapeError for another number of groups than rows; DataError for a group that is NaN */
export function checkGroups(who: string, { labels, groups }: Pick<Grouped, 'labels' | 'groups'>): void {
  if (!ArrayBuffer.isView(groups) && !Array.isArray(groups))
    throw new ConfigError(expected(who, 'numbers of all rows, as a Float64Array, for groups', groups));
  if (groups.length !== labels.length)
    throw new ShapeError(expected(who, `${labels.length} groups, as many as labels`, groups.length));
  const missing = groups.findIndex(Number.isNaN);
  if (missing >= 0) throw new DataError(expected(who, `a group in row ${missing}`, NaN));
}

/** Sorts by score, then (the sort is stable) by group: O(n). */
export function rankedGroups({ scores, groups }: Pick<Grouped, 'scores' | 'groups'>): RankedGroups {
  const byScore = ascending(scores).order;
  const groupOf = new Float64Array(groups.length);
  for (let i = 0; i < groupOf.length; i++) groupOf[i] = groups[byScore[i]];
  const { order, runs } = ascending(groupOf);
  for (let i = 0; i < order.length; i++) order[i] = byScore[order[i]];
  return { order, starts: runs };
}
