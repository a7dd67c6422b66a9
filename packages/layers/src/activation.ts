import { leakyRelu, relu, sigmoid, tanh } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Activations by name; `linear` leaves its input as it is. */
export const activations = {
  linear: (x: Tensor): Tensor => x,
  relu: (x: Tensor): Tensor => relu(x),
  'leaky-relu': (x: Tensor): Tensor => leakyRelu(x, 0.01),
  sigmoid: (x: Tensor): Tensor => sigmoid(x),
  tanh: (x: Tensor): Tensor => tanh(x),
} as const;

/** Name of an activation without weights. */
export type ActivationName = keyof typeof activations;

/** All names, for checks and command lines. */
export const activationNames = Object.keys(activations) as readonly ActivationName[];
