import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** A gradient of a tfjs kernel as `registerGradient` takes it. */
export type Gradient = GradConfig;

/** The gradient of a kernel with one result. */
export function gradient(
  kernelName: string,
  inputsToSave: readonly string[],
  of: (dy: Tensor, saved: readonly Tensor[], attrs: NamedAttrMap) => Readonly<Record<string, () => Tensor>>,
): Gradient {
  return {
    kernelName,
    inputsToSave: [...inputsToSave],
    gradFunc: (dy, saved, attrs) => of(dy as Tensor, saved, attrs),
  };
}
