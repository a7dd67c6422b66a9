import { add, customGrad, div, exp, log, max, mul, sub, sum } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * `ln sum_k exp(x_k)` of every row, from the differences to the largest; its gradient is the softmax, taken from what the value needs anyway.
 *
 * Shapes: `[B, K] -> [B, 1]`.
 */
export function logSumExp(scores: Tensor2D): Tensor2D {
  return withSoftmaxGradient(scores) as Tensor2D;
}

const withSoftmaxGradient = customGrad((...given) => {
  const [scores, save] = given as [Tensor, (tensors: Tensor[]) => void];
  const largest = max(scores, 1, true); // [B, 1]
  const powers = exp(sub(scores, largest)); // [B, K]
  const total = sum(powers, 1, true); // [B, 1]
  save([div(powers, total)]);
  return { value: add(log(total), largest), gradFunc: (dy: Tensor, [softmax]: Tensor[]) => [mul(dy, softmax)] };
});
