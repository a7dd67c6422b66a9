import { TrainingError, expected } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';

/**
 * Sample weight times class weight of each row.
 *
 * @throws TrainingError when the rows have no label
 */
export function rowWeights(
  { label, weight, numRows }: EncodedColumns,
  classWeights: readonly [number, number] | undefined,
): Float32Array {
  if (label === undefined)
    throw new TrainingError(expected('fit', 'rows with labels', 'none', 'declare the label of the schema'));
  const weights = weight === undefined ? new Float32Array(numRows).fill(1) : weight.slice();
  if (classWeights !== undefined) for (let b = 0; b < numRows; b++) weights[b] *= classWeights[label[b] === 1 ? 1 : 0];
  return weights;
}
