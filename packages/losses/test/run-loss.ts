import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { differentiableOutputs, lossTensors } from '@ctrflow/testkit';
import type { PlainLossInputs } from '@ctrflow/testkit';
import { tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Loss } from '../src/index';

/** The value of a loss and its gradient with respect to every output, except those that only compare (ids). */
export function run(loss: Loss, inputs: PlainLossInputs): { value: number; gradients: Record<string, Float32Array> } {
  return tidy(() => {
    const { outputs, ...others } = lossTensors(inputs);
    const names = differentiableOutputs(loss, inputs);
    const { value, grads } = valueAndGrads((...some: Tensor[]) =>
      loss.of({ ...others, outputs: { ...outputs, ...Object.fromEntries(names.map((name, i) => [name, some[i]])) } }),
    )(names.map((name) => outputs[name]));
    return {
      value: value.dataSync()[0],
      gradients: Object.fromEntries(names.map((name, i) => [name, grads[i].dataSync<'float32'>().slice()])),
    };
  });
}
