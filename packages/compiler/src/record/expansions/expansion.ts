import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelAttrs } from '../kernels/kernel';

/** Records one call of a kernel. */
export type Call = (
  kernel: string,
  inputs: Readonly<Record<string, TensorInfo>> | readonly TensorInfo[],
  attrs?: object,
) => TensorInfo;

/** A kernel that is recorded as calls of simpler ones, so that passes and lowerings need not know it. */
export type Expansion = (
  call: Call,
  inputs: Readonly<Record<string, TensorInfo | undefined>>,
  attrs: KernelAttrs,
) => TensorInfo;

/** Expansions by the name of the tfjs kernel. */
export type ExpansionTable = Readonly<Record<string, Expansion>>;
