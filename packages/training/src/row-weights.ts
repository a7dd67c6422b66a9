import { ConfigError, TrainingError, checkNumber, expected } from '@ctrflow/core';
import { LABEL, targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';

/**
 * Sample weight times class weight of each row.
 *
 * @throws TrainingError when the rows have no label
 */
export function rowWeights(batch: EncodedColumns, classWeights: readonly [number, number] | undefined): Float32Array {
  const { weight, numRows } = batch;
  const label = targetValues(batch, LABEL);
  if (label === undefined)
    throw new TrainingError(expected('fit', 'rows with labels', 'none', 'declare the label of the schema'));
  const weights = weight === undefined ? new Float32Array(numRows).fill(1) : weight.slice();
  if (classWeights !== undefined) for (let b = 0; b < numRows; b++) weights[b] *= classWeights[label[b] === 1 ? 1 : 0];
  return weights;
}

/** @throws ConfigError for anything but two numbers >= 0, one of them larger */
export function checkClassWeights(weights: unknown): void {
  const hint = 'the factors of the loss of rows with label 0 and 1, as [1, 5]';
  if (!Array.isArray(weights) || weights.length !== 2)
    throw new ConfigError(expected('fit', 'two numbers for classWeights', weights, hint));
  weights.forEach((weight, label) => checkNumber('fit', `classWeights[${label}]`, weight, { min: 0 }));
  if (weights.every((weight) => weight === 0))
    throw new ConfigError(expected('fit', 'one number above 0 for classWeights', weights, hint));
}
