import type { LookupPlan } from './contract';
import type { RowLayout } from './layout';

/** Adds `decay[r] w_r` to the summed gradient of every distinct row r of a plan, `summed [>= U, D]` and `rows` being those of an engine. Float32, each operation rounded. */
export function addRowDecay(
  summed: Float32Array,
  rows: Float32Array,
  { dim, stride }: RowLayout,
  { distinct, numDistinct }: LookupPlan,
  decay: Float32Array,
): void {
  for (let slot = 0, g = 0; slot < numDistinct; slot++) {
    const factor = decay[distinct[slot]];
    const at = distinct[slot] * stride;
    for (let j = 0; j < dim; j++) summed[g++] += Math.fround(factor * rows[at + j]);
  }
}
