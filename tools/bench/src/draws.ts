import { foldIn, logUniformAt, randomKey, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';

/** Share of label 1 in generated rows. */
const POSITIVE_RATE = 0.25;

/** A stream of its own for each name. */
export function keyOf(...path: readonly (number | string)[]): RandomKey {
  return foldIn(randomKey('bench'), ...path);
}

/** Log-uniform ids in [first, first + size): a heavy head and a long tail, as in logs of clicks. */
export function drawIds(key: RandomKey, count: number, size: number, first = 0): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => first + logUniformAt(key, i, size));
}

/** Labels of 0 and 1. */
export function drawLabels(count: number): Float32Array {
  const key = keyOf('label');
  return Float32Array.from({ length: count }, (_, i) => (uniformAt(key, i) < POSITIVE_RATE ? 1 : 0));
}
