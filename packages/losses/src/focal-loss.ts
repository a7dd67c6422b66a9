import { add, exp, mul, softplus, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkNumber, checkText } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link focalLoss}. */
export interface FocalLossOptions {
  /** The logits z, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A binary target. */
  readonly target: string;
  /** How much rows that are predicted well count less, 0 or more; 0: not at all. Default 2. */
  readonly gamma?: number;
  /** Share of the positives against that of the negatives, in (0, 1). Default 0.25, the paper's best with gamma 2. */
  readonly alpha?: number;
}

/** What {@link focalLoss} makes. */
export interface FocalLoss extends Loss {
  readonly gamma: number;
  readonly alpha: number;
}

/**
 * Focal loss of a binary target: the mean of `-alpha_t (1 - p_t)^gamma ln p_t`, where p_t is the probability of what happened and alpha_t is alpha or 1 - alpha.
 *
 * With `z_t = (2 y - 1) z` that is `alpha_t e^(-gamma s(z_t)) s(-z_t)`, s(x) = ln(1 + e^x), which no logit makes infinite. The probabilities of a model that
 * minimizes it are not calibrated for gamma > 0 or alpha other than 0.5.
 *
 * Shapes: logits, target `[B, 1]` -> scalar. The mean is over the rows' weights, not over the number of positives, as in the paper.
 *
 * @throws ConfigError for options out of range, and in a step without that output or target; ShapeError for an output of another shape
 * @see Lin, Goyal, Girshick, He, Dollar: Focal loss for dense object detection. ICCV 2017, equation 5.
 */
export function focalLoss(options: FocalLossOptions): FocalLoss {
  checkKnownOptions('focalLoss', options, ['output', 'target', 'gamma', 'alpha']);
  const { output = 'logit' } = options;
  const target = checkText('focalLoss', 'target', options.target);
  const gamma = checkNumber('focalLoss', 'gamma', options.gamma ?? 2, { min: 0 });
  const alpha = checkNumber('focalLoss', 'alpha', options.alpha ?? 0.25, { min: 0, max: 1, exclusive: true });
  return {
    kind: 'focal',
    output,
    target,
    gamma,
    alpha,
    link: 'sigmoid',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'focalLoss', target);
        const agreed = mul(sub(mul(values, 2), 1), columnOf(inputs, 'focalLoss', output)); // z_t [B, 1]
        const doubt = exp(mul(softplus(agreed), -gamma)); // (1 - p_t)^gamma [B, 1]
        const share = add(mul(values, 2 * alpha - 1), 1 - alpha); // alpha_t [B, 1]
        return weightedMean(mul(mul(share, doubt), softplus(mul(agreed, -1))), weights);
      }),
  };
}
