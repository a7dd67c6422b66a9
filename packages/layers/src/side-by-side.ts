// Vectors next to each other: what a deep network reads of several fields, columns or blocks.
import { concat, reshape } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * The vectors of each row one after the other, as the first layer of a network reads them.
 *
 * Shapes: `[B, F, D] -> [B, F D]`; more axes alike.
 *
 * @example
 * const logits = deep(flatten(embeddings())); // [B, F, D] -> [B, F D] -> [B, 1]
 */
export function flatten(x: Tensor): Tensor2D {
  return reshape(x, [-1, x.shape.slice(1).reduce((size, length) => size * length, 1)]);
}

/**
 * Tensors next to each other along the last axis; one alone stays what it is.
 *
 * Shapes: `[B, D_1], ..., [B, D_n] -> [B, sum D_i]`; `[B, T, D_i] -> [B, T, sum D_i]`.
 */
export function sideBySide<X extends Tensor>(parts: readonly X[]): X {
  return parts.length === 1 ? parts[0] : concat<X>([...parts], parts[0].rank - 1);
}
