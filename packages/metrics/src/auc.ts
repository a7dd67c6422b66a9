import { checkScored, requireBothClasses } from './inputs';
import type { Scored } from './inputs';
import { ascendingOrder } from './order';

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
  const order = ascendingOrder(scores);
  let area = 0;
  let negativesBelow = 0;
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]];
    let positiveTies = 0;
    let negativeTies = 0;
    for (; i < order.length && scores[order[i]] === score; i++) {
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
 * AUC by group, averaged by the number of rows: `sum_g n_g AUC_g / sum_g n_g` over groups with both classes, as FuxiCTR's gAUC.
 *
 * @returns NaN when no group has both classes
 */
export function groupAuc(scored: Scored & { readonly groups: Float64Array | Int32Array }): number {
  checkScored('groupAuc', scored);
  const { labels, scores, groups, weights } = scored;
  const rowsOf = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const rows = rowsOf.get(group);
    if (rows === undefined) rowsOf.set(group, [row]);
    else rows.push(row);
  });
  let total = 0;
  let size = 0;
  for (const rows of rowsOf.values()) {
    const pick = (column: Float32Array | Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]);
    const part = {
      labels: pick(labels),
      scores: pick(scores),
      ...(weights === undefined ? {} : { weights: pick(weights) }),
    };
    if (!part.labels.includes(0) || !part.labels.includes(1)) continue;
    total += rows.length * auc(part);
    size += rows.length;
  }
  return total / size;
}
