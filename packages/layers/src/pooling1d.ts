import { addN, maximum, mul, reshape, slice, split, tidy } from '@tensorflow/tfjs-core';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { ShapeError, expected } from '@ctrflow/core';

/**
 * Pools over time, `size` steps at a time without overlap: `y_t = max_k x_(t size + k)`, or their mean. Steps at the end that fill no window are left out. Of
 * equal largest values the first one takes the gradient.
 *
 * Shapes: input `[B, T, C]` -> output `[B, floor(T / size), C]`.
 *
 * @throws ShapeError when the sequence is shorter than a window
 */
export function pooling1D(sequence: Tensor3D, size: number, pooling: 'max' | 'mean'): Tensor3D {
  const [, T, C] = sequence.shape;
  const numWindows = Math.floor(T / size);
  if (numWindows < 1)
    throw new ShapeError(expected('pooling1D', `${size} steps or more`, T, 'pool fewer times or less'));
  if (size === 1) return sequence;
  return tidy(() => {
    const whole = numWindows * size === T ? sequence : slice(sequence, [0, 0, 0], [-1, numWindows * size, C]);
    const windows: Tensor4D = reshape(whole, [-1, numWindows, size, C]);
    const steps = split(windows, size, 2).map((step): Tensor3D => reshape(step, [-1, numWindows, C]));
    if (pooling === 'mean') return mul(addN(steps), 1 / size);
    return steps.reduce((largest, step) => maximum(largest, step));
  });
}
