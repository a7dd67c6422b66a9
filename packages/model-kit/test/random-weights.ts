import { fillNormal, foldIn, randomKey } from '@ctrflow/core';
import { modelWeights, setModelWeights } from '../src/index';
import type { CtrModel } from '../src/index';

/** Gives every weight a value that is a function of its path, so that no two models hold the same by chance. */
export function randomizeWeights(model: CtrModel): void {
  const random = Object.entries(modelWeights(model)).map(([path, { shape, data }]) => {
    const values = fillNormal(foldIn(randomKey(1), path), new Float32Array(data.length), 0, 0.3);
    return [path, { shape, data: values }] as const;
  });
  setModelWeights(model, Object.fromEntries(random));
}
