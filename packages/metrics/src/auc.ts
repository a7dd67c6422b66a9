import { checkScored, requireBothClasses } from './inputs';
import type { Scored } from './inputs';
import { checkGroups, rankedGroups } from './groups';
import type { Grouped, RankedGroups } from './groups';
import { ascending } from './order';

/**
 * Area under the ROC curve, exact with ties: P(score of a positive > score of a negative) + 1/2 P(equal), weighted.
 *
 * @throws DataError when one class is missing
 * @example
 * auc({ labels: Float32Array.of(0, 1, 1), scores: Float32Array.of(0.1, 0.4, 0.35) }); // 1
 */
export function auc(scored: Scored): number {
  checkScored('auc', scored);
  const { positive, negative } = requireBothClasses('auc', scored);
  return rankArea(scored) / (positive * negative);
}

/** Weighted count of (negative, positive) pairs in the right order, ties half. */
function rankArea({ labels, scores, weights }: Scored): number {
  const { order, runs } = ascending(scores);
  let area = 0;
  let negativesBelow = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    let positiveTies = 0;
    let negativeTies = 0;
    for (let i = runs[run]; i < runs[run + 1]; i++) {
      const row = order[i];
      const weight = weights === undefined ? 1 : weights[row];
      if (labels[row] === 1) positiveTies += weight;
      else negativeTies += weight;
    }
    area += positiveTies * (negativesBelow + negativeTies / 2);
    negativesBelow += negativeTies;
  }
  return area;
}

/**
 * AUC by group, averaged by the weight of the groups: `sum_g W_g AUC_g / sum_g W_g` over groups with both classes, where `W_g` is the sum of the weights of the rows, their
 * number without weights. As FuxiCTR's gAUC.
 *
 * @returns NaN when no group has both classes
 */
export function groupAuc(scored: Grouped): number {
  checkScored('groupAuc', scored);
  checkGroups('groupAuc', scored);
  const groups = rankedGroups(scored);
  let total = 0;
  let size = 0;
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    const { area, positive, negative } = areaOfGroup(scored, groups, group);
    if (!(positive > 0 && negative > 0)) continue;
    total += ((positive + negative) * area) / (positive * negative);
    size += positive + negative;
  }
  return total / size;
}

/** {@link rankArea} of one group, and the weights of its classes. */
function areaOfGroup(
  { labels, scores, weights }: Scored,
  { order, starts }: RankedGroups,
  group: number,
): { area: number; positive: number; negative: number } {
  const weightOf = (row: number): number => weights?.[row] ?? 1;
  let [area, positive, negative] = [0, 0, 0];
  for (let i = starts[group]; i < starts[group + 1];) {
    const score = scores[order[i]];
    let [positiveTies, negativeTies] = [0, 0];
    for (; i < starts[group + 1] && scores[order[i]] === score; i++) {
      if (labels[order[i]] === 1) positiveTies += weightOf(order[i]);
      else negativeTies += weightOf(order[i]);
    }
    area += positiveTies * (negative + negativeTies / 2);
    positive += positiveTies;
    negative += negativeTies;
  }
  return { area, positive, negative };
}
