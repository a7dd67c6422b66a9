/** Areas under the ROC curve of the rows of a report, with their intervals and differences. */
import { auc, aucDifference, aucInterval } from '@ctrflow/metrics';
import type { AucDifference, AucInterval, Scored } from '@ctrflow/metrics';
import type { ReportScores } from './run-report';

export function scoredRows({ labels, probabilities, weights }: ReportScores): Scored {
  return { labels, scores: probabilities, ...(weights && { weights }) };
}

/** A row is one observation, however much it weighs. */
export function intervalOf(scored: Scored): AucInterval {
  return aucInterval(scored, { weightsAre: 'importance' });
}

/** `+0.0683 (+0.0600 to +0.0766)`: AUC of a run minus that of another on the same rows, with DeLong's interval of the paired difference. */
export function difference(scores: ReportScores, others: ReportScores): string {
  if (!sameLabels(scores, others)) return '–';
  const { difference, low, high } = pairedDifference(scores, scores.probabilities, others.probabilities);
  return `${signed(difference)} (${signed(low)} to ${signed(high)})`;
}

/** AUC of the true probabilities, and `0.0292 (0.0260 to 0.0324)`: what it is above that of the run, with the interval of the paired difference. */
export function gapToBest(scores: ReportScores): { readonly bestAuc: number; readonly shown: string } | undefined {
  const { labels, weights, truth, probabilities } = scores;
  if (truth === undefined) return undefined;
  const { difference, low, high } = pairedDifference(scores, truth, probabilities);
  const bestAuc = auc({ labels, scores: truth, ...(weights && { weights }) });
  return { bestAuc, shown: `${fixed(difference)} (${fixed(low)} to ${fixed(high)})` };
}

/** A row is one observation, however much it weighs. */
function pairedDifference(
  { labels, weights }: ReportScores,
  scores: Float64Array,
  others: Float64Array,
): AucDifference {
  return aucDifference(labels, scores, others, { ...(weights && { weights }), weightsAre: 'importance' });
}

function sameLabels({ labels }: ReportScores, { labels: others }: ReportScores): boolean {
  return labels.length === others.length && labels.every((label, i) => label === others[i]);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

export function fixed(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(4);
}
