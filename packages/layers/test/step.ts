import '@tensorflow/tfjs-backend-cpu';
import { fillDropoutMask, foldIn, randomKey } from '@ctrflow/core';
import { tensor } from '@tensorflow/tfjs-core';
import { withStep } from '../src/index';

/** Runs `body` as a step: in training with masks that are a function of (seed, path), in prediction with none to be had. */
export function applyWithStep<T>(training: boolean, body: () => T, seed = 1): T {
  return withStep(
    {
      training,
      dropoutMask(path, shape, rate) {
        if (!training) throw new Error(`${path}: expected no dropout in prediction, got a request for a mask`);
        const size = shape.reduce((product, length) => product * length, 1);
        return tensor(fillDropoutMask(foldIn(randomKey(seed), path), rate, new Uint8Array(size)), [...shape], 'bool');
      },
    },
    body,
  );
}
