// What most deep models end in: the vectors of the fields, and whatever else was made of a row, through one network.
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { MLP, flatten, sideBySide } from '@ctrflow/layers';
import type { MLPOptions } from '@ctrflow/layers';
import type { Assembly } from './assembly';

/**
 * Declares a network over vectors side by side, by default one that ends in a logit. Takes the options of a model that has those of an MLP as they are.
 *
 * Shapes: `[B, D_1], ..., [B, D_n]` -> `[B, sum D_i]` -> MLP -> `[B, outputUnits]`.
 *
 * @example
 * const deep = tower(a, 'deep', options);
 * return () => deep([flatten(embeddings()), interest()]); // [B, 1]
 */
export function tower(
  a: Assembly,
  path: string,
  { hiddenUnits, outputUnits = 1, activation = 'relu', dropout = 0, batchNorm = false }: MLPOptions,
): (parts: readonly Tensor2D[]) => Tensor2D {
  const network = a.layer(path, new MLP({ hiddenUnits, outputUnits, activation, dropout, batchNorm }));
  return (parts) => network(sideBySide(parts));
}

/**
 * The vectors of some slots side by side, for {@link tower}: one part `[B, F D]`, or none where there are no slots, as in a schema that has nothing but a history.
 */
export function flatEmbeddings(a: Assembly, slots: readonly string[]): () => readonly Tensor2D[] {
  if (slots.length === 0) return () => [];
  const embeddings = a.embeddings({ slots });
  return () => [flatten(embeddings())];
}
