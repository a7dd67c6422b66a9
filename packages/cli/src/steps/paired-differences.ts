import { aucDifference } from '@ctrflow/metrics';
import { formatMetric } from '../output/format';
import type { Trained } from './train-model';

/** AUC of a model minus that of the one before it on the same rows, with DeLong's 95 % interval of the paired difference. */
export interface PairedDifference {
  readonly model: string;
  readonly minus: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** Each model against the one before it. */
export function pairedDifferences(trained: readonly Trained[]): readonly PairedDifference[] {
  return trained.slice(1).flatMap(({ summary, scored }, i) => {
    const before = trained[i];
    if (scored === undefined || before.scored === undefined) return [];
    const { labels, logits, weights } = scored;
    const paired = aucDifference(labels, logits, before.scored.logits, { ...(weights && { weights }), weightsAre: 'importance' }); // prettier-ignore
    return [{ model: summary.model, minus: before.summary.model, ...paired }];
  });
}

/** A line for each: `fm is above lr by 0.0683 (95 % interval 0.0600 to 0.0766)`. */
export function renderDifferences(differences: readonly PairedDifference[]): string {
  return differences.map((paired) => `${sentence(paired)}\n`).join('');
}

function sentence({ model, minus, difference, low, high }: PairedDifference): string {
  const interval = (from: number, to: number): string => `(95 % interval ${formatMetric(from)} to ${formatMetric(to)})`;
  if (low > 0) return `${model} is above ${minus} by ${formatMetric(difference)} ${interval(low, high)}`;
  if (high < 0) return `${model} is below ${minus} by ${formatMetric(-difference)} ${interval(-high, -low)}`;
  return `${model} minus ${minus} is ${formatMetric(difference)} ${interval(low, high)}: no difference that this test part could tell`;
}
