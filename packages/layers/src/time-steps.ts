import { matMul, reshape, split, stack, transpose, add } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, expected } from '@ctrflow/core';

/** A sequence and what goes with each of its places. */
export interface SequenceInputs {
  /** `[B, T, D]`. */
  readonly sequence: Tensor3D;
  /** `[B, T]` each, such as a mask. */
  readonly places: readonly Tensor2D[];
}

/**
 * The inputs of a recurrent layer: a sequence, and `numPlaces[0]` to `numPlaces[1]` tensors `[B, T]`.
 *
 * @throws ShapeError for anything else
 */
export function sequenceInputs(
  who: string,
  inputs: Tensor | Tensor[],
  numPlaces: readonly [least: number, most: number],
): SequenceInputs {
  const [sequence, ...places] = Array.isArray(inputs) ? inputs : [inputs];
  if (sequence.rank !== 3) throw new ShapeError(expected(who, 'a sequence [B, T, D]', sequence.shape));
  const [B, T] = sequence.shape;
  if (places.length < numPlaces[0] || places.length > numPlaces[1])
    throw new ShapeError(expected(who, `a sequence and ${numPlaces.join(' to ')} inputs [B, T]`, `${places.length}`));
  const other = places.find(({ shape }) => shape.length !== 2 || shape[0] !== B || shape[1] !== T);
  if (other !== undefined)
    throw new ShapeError(expected(who, `an input [${B}, ${T}] beside the sequence`, other.shape));
  return { sequence: sequence as Tensor3D, places: places as Tensor2D[] };
}

/** The shape of the sequence among a layer's input shapes. */
export function sequenceShape(inputShape: Shape | Shape[]): Shape {
  return Array.isArray(inputShape[0]) ? inputShape[0] : (inputShape as Shape);
}

/** `x_t W + b` of all steps as one product: T times `[B, H]`. */
export function projectedSteps(sequence: Tensor3D, kernel: Tensor, bias: Tensor): Tensor2D[] {
  const [, T, D] = sequence.shape;
  const timeMajor = reshape(transpose(sequence, [1, 0, 2]), [-1, D]); // [T B, D]
  return parts(add(matMul<Tensor2D>(timeMajor as Tensor2D, kernel as Tensor2D), bias), T, 0); // T x [B, H]
}

/** The columns of `[B, T]`: T times `[B, 1]`. */
export function placeSteps(places: Tensor2D): Tensor2D[] {
  return parts(places, places.shape[1], 1);
}

/** Equal parts; the gradient of tfjs's split fails for a single one. */
function parts(x: Tensor2D, count: number, axis: number): Tensor2D[] {
  return count === 1 ? [x] : split(x, count, axis);
}

/** All states `[B, T, H]`, or the last one `[B, H]`. */
export function statesOf(states: readonly Tensor2D[], returnSequences: boolean): Tensor {
  return returnSequences ? stack([...states], 1) : states[states.length - 1];
}
