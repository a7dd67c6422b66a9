import { ConfigError, expected } from '@ctrflow/core';
import type { CtrModel } from './contract';

/**
 * Returns `rate` when it is a share of negatives that can be kept.
 *
 * @throws ConfigError `predict: expected a number in (0, 1] for negativeKeepRate, got 0`
 */
export function checkKeepRate(who: string, rate: unknown): number {
  if (typeof rate === 'number' && rate > 0 && rate <= 1) return rate;
  throw new ConfigError(expected(who, 'a number in (0, 1] for negativeKeepRate', rate));
}

/**
 * What is added to a logit of a model that was trained on all positives and a share r of the negatives: `ln r`. The odds it has learnt are 1 / r times too high;
 * so `p = p' / (p' + (1 - p') / r)`. 0 for a model that was trained on all rows.
 *
 * @throws ConfigError when the model keeps a rate out of (0, 1]
 * @see He et al.: Practical lessons from predicting clicks on ads at Facebook. ADKDD 2014, section 6.3.
 */
export function logitShift({ name, negativeKeepRate = 1 }: Pick<CtrModel, 'name' | 'negativeKeepRate'>): number {
  return Math.log(checkKeepRate(`model ${name}`, negativeKeepRate));
}
