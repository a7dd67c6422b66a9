import { checkInteger } from '@ctrflow/core';
import { checkScored } from './inputs';
import type { Scored } from './inputs';

/** Ranking metrics at k, averaged over groups with at least one positive. */
export interface RankingMetrics {
  /** Binary-gain normalized discounted cumulative gain. */
  readonly ndcg: number;
  /** Share of groups with a positive among the first k. */
  readonly hitRate: number;
  /** Mean of 1 / rank of the first positive, 0 beyond k. */
  readonly mrr: number;
  readonly numGroups: number;
}

/** NDCG@k, HR@k and MRR@k by group; rows of equal score stand in the worst order (negatives first), so that ties earn nothing. */
export function rankingMetrics(
  scored: Scored & { readonly groups: Float64Array | Int32Array },
  k: number,
): RankingMetrics {
  checkInteger('rankingMetrics', 'k', k, { min: 1 });
  checkScored('rankingMetrics', scored);
  const { labels, scores, groups } = scored;
  const order = Uint32Array.from({ length: labels.length }, (_, i) => i).sort(
    (a, b) => groups[a] - groups[b] || scores[b] - scores[a] || labels[a] - labels[b],
  );
  let [ndcg, hits, mrr, numGroups] = [0, 0, 0, 0];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && groups[order[end]] === groups[order[start]]) end++;
    const relevance = Array.from(order.subarray(start, end), (row) => labels[row]);
    start = end;
    const positives = relevance.reduce((sum, label) => sum + label, 0);
    if (positives === 0) continue;
    numGroups++;
    const gain = (list: readonly number[]): number =>
      list.slice(0, k).reduce((sum, label, i) => sum + label / Math.log2(i + 2), 0);
    ndcg += gain(relevance) / gain(Array<number>(positives).fill(1));
    const first = relevance.indexOf(1);
    if (first < k) {
      hits++;
      mrr += 1 / (first + 1);
    }
  }
  return { ndcg: ndcg / numGroups, hitRate: hits / numGroups, mrr: mrr / numGroups, numGroups };
}
