import { ConfigError, checkNumber, expected } from '@ctrflow/core';

/** @throws ConfigError for anything but two numbers >= 0, one of them larger */
export function checkClassWeights(weights: unknown): void {
  const hint = 'the factors of the loss of rows with label 0 and 1, as [1, 5]';
  if (!Array.isArray(weights) || weights.length !== 2)
    throw new ConfigError(expected('fit', 'two numbers for classWeights', weights, hint));
  weights.forEach((weight, label) => checkNumber('fit', `classWeights[${label}]`, weight, { min: 0 }));
  if (weights.every((weight) => weight === 0))
    throw new ConfigError(expected('fit', 'one number above 0 for classWeights', weights, hint));
}
