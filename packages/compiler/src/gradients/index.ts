import { getGradient, registerGradient } from '@tensorflow/tfjs-core';
import { broadcastGradients } from './broadcasts';
import { cumulativeGradients } from './cumulative';
import type { Gradient } from './gradient';
import { indexGradients } from './indexing';
import { matrixGradients } from './matrices';
import { rearrangingGradients } from './rearranging';
import { shapeGradients } from './shapes';
import { stepGradients } from './steps';
import { windowGradients } from './windows';

/** Gradients that tfjs lacks or has wrong. */
export const repairedGradients: readonly Gradient[] = [
  ...stepGradients,
  ...broadcastGradients,
  ...matrixGradients,
  ...cumulativeGradients,
  ...indexGradients,
  ...shapeGradients,
  ...windowGradients,
  ...rearrangingGradients,
];

/**
 * Gives tfjs the gradients that it lacks or has wrong, for every backend. {@link record} does it too; call it in programs that differentiate eagerly.
 * Calling it again changes nothing, unless tfjs registered its own in the meantime.
 */
export function repairGradients(): void {
  for (const repaired of repairedGradients) {
    if (getGradient(repaired.kernelName) !== repaired) registerGradient(repaired);
  }
}
