import { sum, tensor2d, tensor3d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { AttentionGRU, AttentionPooling, BidirectionalLSTM, GRU, LSTM, SimpleRNN, placeLayer } from '../src/index';
import './step';

const layers = {
  SimpleRNN: new SimpleRNN({ units: 2 }),
  AttentionPooling: new AttentionPooling({ units: 2 }),
  GRU: new GRU({ units: 2 }),
  AttentionGRU: new AttentionGRU({ units: 2 }),
  LSTM: new LSTM({ units: 2 }),
  BidirectionalLSTM: new BidirectionalLSTM({ units: 2, returnSequences: true }),
};

// Planted bug that this fails for: tfjs's split, whose gradient fails for a single part.
test.each(Object.entries(layers))('%s trains on sequences of one entry', (name, layer) => {
  placeLayer(layer, 'layer', 1);
  const mask = tensor2d([[1], [0]]);
  const places = name === 'AttentionGRU' ? [mask, mask] : [mask];
  const gradient = tidy(() => {
    const loss = (x: Tensor): Scalar => sum(layer.apply([x, ...places]) as Tensor);
    return valueAndGrads(loss)([tensor3d([[[1, 2]], [[3, 4]]])]).grads[0];
  });
  const [first, second] = (gradient.arraySync() as number[][][]).flat();
  expect(first.every((value) => value !== 0)).toBe(true);
  expect(second).toEqual([0, 0]);
});
