import type { Tensor } from '@tensorflow/tfjs-core';
import type fc from 'fast-check';
import type { Exact, Filled } from '../exact';

/** A call of a kernel: what goes in, and what the program says besides. */
export interface Call<A> {
  readonly inputs: readonly Filled[];
  readonly attrs: A;
}

/** How a kernel is proved. */
export interface KernelCase<A> {
  readonly draw: fc.Arbitrary<Call<A>>;
  /** The program of tfjs that calls the kernel. */
  readonly run: (inputs: readonly Tensor[], attrs: A) => Tensor | readonly Tensor[];
  /** What must come out, from plain loops in float64. */
  readonly oracle: (inputs: readonly Filled[], attrs: A) => Exact | readonly Exact[];
  /** Why the eager kernel of tfjs-backend-cpu is not held to the oracle too. */
  readonly eagerDiffers?: string;
  /** At most so many draws, where one takes long. */
  readonly runs?: number;
}

/** Cases by the name of the kernel; `gelu#approximate` would be one more case of `gelu`. */
export type KernelCases = Readonly<Record<string, KernelCase<never>>>;

/** Checks the types of a case and forgets its attributes' type. */
export function kernelCase<A>(one: KernelCase<A>): KernelCase<never> {
  return one as unknown as KernelCase<never>;
}
