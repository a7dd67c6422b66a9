/** A tensor to call an operation with. */
export interface Sample {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** One call of an operation: a function of tensors. */
export interface OpCall {
  readonly op: (...inputs: never[]) => unknown;
  readonly inputs: readonly Sample[];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

/** Numbers from `low` to below `low + width`, all different and none of them whole. */
export function reals(shape: readonly number[], low = -1, width = 2): Sample {
  const size = sizeOf(shape);
  const values = Float32Array.from({ length: size }, (_, i) => low + (width * (((i * 7) % size) + 0.37)) / size);
  return { shape, dtype: 'float32', values };
}

/** Whole numbers from 0 to below `limit`. */
export function ints(shape: readonly number[], limit: number): Sample {
  return { shape, dtype: 'int32', values: Int32Array.from({ length: sizeOf(shape) }, (_, i) => (i * 5 + 1) % limit) };
}

/** A list of these whole numbers. */
export function whole(values: readonly number[]): Sample {
  return { shape: [values.length], dtype: 'int32', values: Int32Array.from(values) };
}

/** Truth values of both kinds. */
export function bools(shape: readonly number[]): Sample {
  return { shape, dtype: 'bool', values: Uint8Array.from({ length: sizeOf(shape) }, (_, i) => i % 2) };
}

/** A call with tensors of these shapes; a bare shape is one of real numbers. */
export function call(op: (...inputs: never[]) => unknown, ...inputs: readonly (Sample | readonly number[])[]): OpCall {
  return { op, inputs: inputs.map((input) => ('shape' in input ? input : reals(input))) };
}

/** Calls by the name of the operation. */
export type Calls = Readonly<Record<string, OpCall>>;
