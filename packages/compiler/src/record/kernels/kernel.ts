import type { Attribute, DType } from '../../graph/graph';

/** What a kernel's shape function sees of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Attributes of a kernel call as tfjs gives them. */
export type KernelAttrs = Readonly<Record<string, Attribute>>;

/** How a tfjs kernel is recorded: the names of its inputs in order, and what comes out. */
export interface RecordedKernel {
  /** Input names in order; a name that ends in `?` may be absent; `list` for kernels that take an array of tensors. */
  readonly inputs: readonly string[] | 'list';
  readonly infer: (inputs: readonly TensorSpec[], attrs: KernelAttrs) => readonly TensorSpec[];
}

/** Recorded kernels by the name of the tfjs kernel. */
export type KernelTable = Readonly<Record<string, RecordedKernel>>;

/** An attribute that is a number. */
export function numberAttr(attrs: KernelAttrs, name: string): number {
  return attrs[name] as number;
}

/** An attribute that is a list of numbers. */
export function numbersAttr(attrs: KernelAttrs, name: string): readonly number[] {
  return attrs[name] as readonly number[];
}
