import { checkProbabilities, checkScored, requireBothClasses, requireWeight } from './inputs';
import type { Scored } from './inputs';

/**
 * Mean binary cross-entropy of probabilities, `-mean(y ln p + (1 - y) ln(1 - p))`, weighted. Probabilities are clipped to [eps, 1 - eps] with the eps
 * of their type (2^-23 or 2^-52), as scikit-learn does.
 */
export function logLoss(scored: Scored): number {
  checkProbabilities('logLoss', scored);
  const { labels, scores, weights } = scored;
  const epsilon = scores instanceof Float32Array ? 2 ** -23 : 2 ** -52;
  let total = 0;
  let size = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    const p = Math.min(1 - epsilon, Math.max(epsilon, scores[i]));
    total -= weight * (labels[i] === 1 ? Math.log(p) : Math.log1p(-p));
    size += weight;
  }
  requireWeight('logLoss', size);
  return total / size;
}

/** Mean binary cross-entropy of logits, `mean(max(z, 0) - z y + ln(1 + e^-|z|))`, weighted: exact where probabilities would round to 0 or 1. */
export function logLossFromLogits(scored: Scored): number {
  checkScored('logLossFromLogits', scored);
  const { labels, scores: logits, weights } = scored;
  let total = 0;
  let size = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    const z = logits[i];
    total += weight * (Math.max(z, 0) - z * labels[i] + Math.log1p(Math.exp(-Math.abs(z))));
    size += weight;
  }
  requireWeight('logLossFromLogits', size);
  return total / size;
}

/**
 * Normalized entropy: log loss over that of always predicting the average rate; below 1 is better than no model.
 *
 * @see He et al.: Practical lessons from predicting clicks on ads at Facebook. ADKDD 2014.
 */
export function normalizedEntropy(scored: Scored): number {
  checkProbabilities('normalizedEntropy', scored);
  const { positive, negative } = requireBothClasses('normalizedEntropy', scored);
  const rate = positive / (positive + negative);
  return logLoss(scored) / -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
}

/** Brier score: weighted mean of (p - y)^2. */
export function brierScore(scored: Scored): number {
  checkProbabilities('brierScore', scored);
  const { labels, scores, weights } = scored;
  let total = 0;
  let size = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight * (scores[i] - labels[i]) ** 2;
    size += weight;
  }
  requireWeight('brierScore', size);
  return total / size;
}
