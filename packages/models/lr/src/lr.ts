import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';

/** Options of {@link lr}: only those that all models share. */
export type LROptions = object;

/**
 * Logistic regression: `logit = b + sum_f w_f x_f`, one weight per feature value.
 *
 * Shapes: ids `[B, F]` and numbers `[B, F]` -> logits `[B, 1]`. Weights begin as N(0, `embeddingStdDev`), weights of numbers and the bias as 0.
 *
 * @example
 * const model = lr(schema);
 * @see Richardson, Dominowska, Ragno: Predicting clicks. WWW 2007.
 */
export const lr: ModelFactory = defineModel({
  name: 'lr',
  version: 1,
  summary: 'Logistic regression: one weight per value, no interactions. The baseline.',
  paper: 'Richardson, Dominowska, Ragno: Predicting Clicks: Estimating the Click-Through Rate for New Ads. WWW 2007.',
  assemble: (a) => a.linear(),
});
