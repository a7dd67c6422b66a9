import { abs, add, exp, log1p, mul, neg, relu, sub } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';

/** Cross-entropy of the row from logits z and labels y in [0, 1]: `max(z, 0) - z y + ln(1 + e^-|z|)`, which no logit makes infinite. */
export function logistic(logits: Tensor2D, labels: Tensor2D): Tensor2D {
  return add(sub(relu(logits), mul(logits, labels)), log1p(exp(neg(abs(logits)))));
}
