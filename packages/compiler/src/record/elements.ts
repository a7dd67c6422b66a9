import type { BackendValues } from '@tensorflow/tfjs-core';
import { expected } from '@ctrflow/core';
import { currentOp, where } from './whereabouts';
import { UnsupportedKernelError } from './unsupported';

/** The elements of a tensor that was made from numbers. */
export function elementsOf(values: BackendValues): Float32Array | Int32Array | Uint8Array {
  if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array) return values;
  throw new UnsupportedKernelError(expected(where(), 'numbers', 'text tensors', 'encode texts with the schema'), currentOp() ?? 'tensor'); // prettier-ignore
}
