import { aucInterval } from '@ctrflow/metrics';
import type { AucInterval } from '@ctrflow/metrics';
import type { ScoredRows } from '@ctrflow/training';

/** Interval of the AUC that the metrics state. Sample weights say how much a row matters, not how often it was seen. */
export function intervalOf({ labels, logits: scores, weights }: ScoredRows): AucInterval {
  return aucInterval({ labels, scores, ...(weights && { weights }) }, { weightsAre: 'importance' });
}
