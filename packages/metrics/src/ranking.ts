import { checkInteger } from '@ctrflow/core';
import { checkScored } from './inputs';
import { checkGroups, rankedGroups } from './groups';
import type { Grouped } from './groups';

/** Ranking metrics at k, averaged over groups with at least one positive. */
export interface RankingMetrics {
  /** Binary-gain normalized discounted cumulative gain. */
  readonly ndcg: number;
  /** Share of groups with a positive among the first k. */
  readonly hitRate: number;
  /** Mean of 1 / rank of the first positive, 0 beyond k. */
  readonly mrr: number;
  /** Groups with a positive and a weight above 0. */
  readonly numGroups: number;
}

/**
 * NDCG@k, HR@k and MRR@k by group; rows of equal score stand in the worst order (negatives first), so that ties earn nothing.
 *
 * A list is judged as a whole, so weights count groups: that of a group is the mean of its rows' weights, as in LightGBM. Rows of weight 0 keep their places in the list.
 *
 * @returns NaN metrics when no group has a positive
 */
export function rankingMetrics(scored: Grouped, k: number): RankingMetrics {
  checkInteger('rankingMetrics', 'k', k, { min: 1 });
  checkScored('rankingMetrics', scored);
  checkGroups('rankingMetrics', scored);
  const { order, starts } = rankedGroups(scored);
  const discounts = cumulativeDiscounts(k);
  let [ndcg, hits, mrr, numGroups, total] = [0, 0, 0, 0, 0];
  for (let group = 0; group + 1 < starts.length; group++) {
    const rows = order.subarray(starts[group], starts[group + 1]);
    const weight = meanWeight(rows, scored.weights);
    const { gain, positives, first } = walk(rows, scored, k);
    if (positives === 0 || weight === 0) continue;
    numGroups++;
    total += weight;
    ndcg += (weight * gain) / discounts[Math.min(k, positives)];
    if (first > k) continue;
    hits += weight;
    mrr += weight / first;
  }
  return { ndcg: ndcg / total, hitRate: hits / total, mrr: mrr / total, numGroups };
}

/** Discounted gain of the first k, number of positives and rank (from 1) of the first, of a list that is sorted by ascending score. */
function walk(
  rows: Uint32Array,
  { labels, scores }: Grouped,
  k: number,
): { gain: number; positives: number; first: number } {
  let [gain, positives, first] = [0, 0, Infinity];
  for (let end = rows.length; end > 0;) {
    let start = end;
    let ties = 0;
    for (; start > 0 && scores[rows[start - 1]] === scores[rows[end - 1]]; start--) ties += labels[rows[start - 1]];
    const lastRank = rows.length - start; // the positives of a tie take its last places
    if (ties > 0) first = Math.min(first, lastRank - ties + 1);
    for (let rank = lastRank - ties + 1; rank <= Math.min(k, lastRank); rank++) gain += 1 / Math.log2(rank + 1);
    positives += ties;
    end = start;
  }
  return { gain, positives, first };
}

/** `[k + 1]`: gain of a list that begins with so many positives. */
function cumulativeDiscounts(k: number): Float64Array {
  const sums = new Float64Array(k + 1);
  for (let rank = 1; rank <= k; rank++) sums[rank] = sums[rank - 1] + 1 / Math.log2(rank + 1);
  return sums;
}

function meanWeight(rows: Uint32Array, weights: Grouped['weights']): number {
  if (weights === undefined) return 1;
  let sum = 0;
  for (const row of rows) sum += weights[row];
  return sum / rows.length;
}
