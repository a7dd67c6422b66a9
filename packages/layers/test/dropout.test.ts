import { exactDropout } from '@ctrflow/testkit';
import { applyWithStep } from './step';
import { memory, ones, sum, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { exactDropoutRate } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { Dropout, placeLayer, withStep } from '../src/index';
import { numbers } from './numbers';

function dropped(rate: number, path: string, seed: number, size = 4096): Float32Array {
  const layer = new Dropout(rate);
  placeLayer(layer, path, 1);
  const output = tidy(() => applyWithStep(true, () => layer.apply(ones([size])) as Tensor, seed));
  const values = output.dataSync<'float32'>();
  output.dispose();
  return values;
}

test('the mean stays, and as many elements as the rate says are dropped', () => {
  for (const rate of [0.1, 0.5, 0.9]) {
    const values = dropped(rate, 'a', 1);
    const exact = exactDropoutRate(rate);
    const share = values.filter((y) => y === 0).length / values.length;
    // Five standard deviations of a share of n draws.
    expect(Math.abs(share - exact)).toBeLessThan(5 * Math.sqrt((exact * (1 - exact)) / values.length));
    const kept = values.filter((y) => y !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / (1 - exact))]));
  }
});

// Planted bugs that this fails for: one mask for all layers, a mask from a stream that earlier calls move.
test('the mask is a function of step and path', () => {
  const first = dropped(0.5, 'deep/dropout_1', 1);
  expect(dropped(0.5, 'deep/dropout_2', 1)).not.toEqual(first);
  expect(dropped(0.5, 'deep/dropout_1', 2)).not.toEqual(first);
  expect(dropped(0.5, 'deep/dropout_1', 1)).toEqual(first);
});

test('output and gradient follow the mask', () => {
  const before = memory().numTensors;
  const x = numbers('x', 8);
  const mask = [1, 0, 0, 1, 1, 0, 1, 1];
  const layer = new Dropout(0.25);
  const step = { training: true, dropoutMask: (): Tensor => tensor(mask, [2, 4], 'bool') };
  const [value, gradient] = tidy(() => {
    const lossOf = (input: Tensor): Scalar => withStep(step, () => sum(layer.apply(input) as Tensor));
    const found = valueAndGrads(lossOf)([tensor(x, [2, 4])]);
    return [found.value, ...found.grads];
  });
  const exact = exactDropout(Array.from(x), mask, 0.25).reduce((total, y) => total + y, 0);
  expect(Math.abs(value.dataSync()[0] - exact)).toBeLessThanOrEqual(16 * 8 * 2 ** -24);
  expect(gradient.dataSync()).toEqual(Float32Array.from(mask, (kept) => kept / 0.75));
  value.dispose();
  gradient.dispose();
  expect(memory().numTensors).toBe(before);
});

test('outside of training, or at rate 0, nothing is dropped', () => {
  const x = tensor(numbers('x', 6), [2, 3]);
  const same = (output: Tensor): void => {
    expect(output.dataSync()).toEqual(x.dataSync());
  };
  same(new Dropout(0.5).apply(x) as Tensor);
  same(applyWithStep(false, () => new Dropout(0.5).apply(x) as Tensor));
  same(applyWithStep(true, () => new Dropout(0).apply(x) as Tensor));
  expect(() => new Dropout(1)).toThrow('dropout: expected a rate in [0, 1), got 1');
});
