import { fillNormal, foldIn, randomKey } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { withStep } from '@ctrflow/layers';
import { Feeder, modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { tensor, tidy } from '@tensorflow/tfjs-core';

/** A model whose weights are all far from zero: nothing that is wrong can hide. */
export function withRandomWeights(model: CtrModel, seed: number): CtrModel {
  const random = Object.entries(modelWeights(model)).map(([path, { shape, data }]) => {
    const values = fillNormal(foldIn(randomKey(seed), path), new Float32Array(data.length), 0, 0.3);
    return [path, { shape, data: path.includes('variance') ? values.map((x) => 0.5 + Math.abs(x)) : values }] as const;
  });
  setModelWeights(model, Object.fromEntries(random));
  return model;
}

/** Logits of tfjs, op by op. */
export function eagerLogits(model: CtrModel, batch: EncodedColumns): Float32Array {
  return tidy(() => {
    const feeds = Object.entries(new Feeder(model).feed(batch)).map(
      ([name, { data, shape }]) => [name, tensor(data.slice(), [...shape])] as const,
    );
    const dropoutMask = (): never => {
      throw new Error('no dropout');
    };
    return withStep({ training: false, dropoutMask }, () => model.forward(Object.fromEntries(feeds)).logit)
      .dataSync<'float32'>()
      .slice();
  });
}
