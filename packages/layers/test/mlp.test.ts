import { ROUNDOFF, exactActivations, exactMLP } from '@ctrflow/testkit';
import { memory, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import { MLP, activationNames, activations, isPlainActivation, placeLayer, weightsByPath } from '../src/index';
import type { MLPOptions } from '../src/index';
import { numbers, rowsOf } from './numbers';

/** A placed MLP whose weights are numbers of their paths. */
function build(options: MLPOptions, K: number): { layer: MLP; weights: Record<string, Float32Array> } {
  const layer = new MLP(options);
  placeLayer(layer, 'deep', 1);
  tidy(() => {
    layer.apply(tensor2d(numbers('x', K), [1, K]));
  });
  const weights: Record<string, Float32Array> = {};
  for (const { path, weight } of weightsByPath(layer, 'deep')) {
    const drawn = numbers(path, weight.read().size);
    weights[path] = path.endsWith('moving_variance') ? drawn.map((x) => 1 + x / 2) : drawn;
    tidy(() => {
      weight.write(tensor(weights[path], weight.read().shape));
    });
  }
  return { layer, weights };
}

// Planted bugs that these fail for: activation before normalization, an activation on the output, layers in another order.
test.each([
  { hiddenUnits: [5, 3], outputUnits: 1 },
  { hiddenUnits: [4], outputUnits: 2, batchNorm: true, activation: 'leaky-relu' },
  { hiddenUnits: [4, 4], activation: 'tanh' },
  { hiddenUnits: [], outputUnits: 1 },
  { hiddenUnits: [3], outputUnits: 1, activation: 'sigmoid', dropout: 0.5 },
  { hiddenUnits: [4, 3], outputUnits: 1, activation: 'dice', batchNorm: true },
  { hiddenUnits: [4, 3], outputUnits: 1, activation: 'prelu' },
] satisfies MLPOptions[])('%o follows the float64 oracle', (options) => {
  const K = 4;
  const before = memory().numTensors;
  const { layer, weights } = build(options, K);
  const numWeights = Object.keys(weights).length;
  const x = numbers('x', 3 * K);
  const output = layer.apply(tensor2d(x, [3, K])) as Tensor;
  expect(output.shape).toEqual(layer.computeOutputShape([3, K]));
  const { activation = 'relu', hiddenUnits } = options as MLPOptions;
  const plain = isPlainActivation(activation) ? activation : 'linear';
  const exact = rowsOf(x, K).flatMap((row) => exactMLP(row, weights, { path: 'deep', numHidden: hiddenUnits.length, activation: plain })); // prettier-ignore
  // At most 3 layers of 5 terms, weights below 1 (1.5 after normalization): values below 5^3 * 2, 20 roundings on the way.
  output.dataSync().forEach((value, i) => {
    expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(20 * 250 * ROUNDOFF);
  });
  expect(memory().numTensors).toBe(before + numWeights + 2); // x and the output
});

test('every activation is the one of its name', () => {
  for (const name of activationNames) {
    const x = [-3, -0.5, 0, 0.25, 2];
    const y = activations[name](tensor1d(x)).dataSync();
    x.forEach((value, i) => {
      expect(Math.abs(y[i] - exactActivations[name](value)), `${name}(${value})`).toBeLessThanOrEqual(8 * ROUNDOFF * 3);
    });
  }
});

test('without biases a network of relu is homogeneous: twice the input is twice the output, bit by bit', () => {
  const { layer } = build({ hiddenUnits: [5, 3], outputUnits: 2 }, 4);
  for (const { path, weight } of weightsByPath(layer, 'deep'))
    if (path.endsWith('bias')) weight.write(tensor1d(new Float32Array(weight.read().size)));
  const x = numbers('x', 8);
  const once = (layer.apply(tensor2d(x, [2, 4])) as Tensor).dataSync();
  const twice = (layer.apply(tensor2d(x.map((v) => 2 * v), [2, 4])) as Tensor).dataSync(); // prettier-ignore
  expect(twice).toEqual(once.map((y) => 2 * y));
});

describe('as a layer of tfjs', () => {
  test('initial weights are a function of seed and path, whatever was built before', () => {
    const begin = (seed: number, path: string): Float32Array => {
      const layer = new MLP({ hiddenUnits: [3], outputUnits: 1 });
      placeLayer(layer, path, seed);
      tidy(() => {
        layer.apply(tensor2d([1, 2], [1, 2]));
      });
      return weightsByPath(layer, path)[0].weight.read().dataSync<'float32'>();
    };
    const first = begin(1, 'deep');
    expect(begin(2, 'deep')).not.toEqual(first);
    expect(begin(1, 'other')).not.toEqual(first);
    expect(begin(1, 'deep')).toEqual(first);
  });

  test('trains in a plain sequential program', async () => {
    const model = sequential({ layers: [layers.inputLayer({ inputShape: [2] })] });
    model.add(new MLP({ hiddenUnits: [8], outputUnits: 1, activation: 'tanh', batchNorm: true, dropout: 0.1 }));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const x = numbers('x', 64);
    const y = rowsOf(x, 2).map(([a, b]) => [a - 2 * b]);
    const history = await model.fit(tensor2d(x, [32, 2]), tensor2d(y), { epochs: 40, shuffle: false });
    const losses = history.history.loss as number[];
    expect(losses.at(-1)).toBeLessThan(0.3 * losses[0]);
    expect(model.trainableWeights.length).toBe(6);
  });

  test('bad options are refused', () => {
    expect(() => new MLP({ hiddenUnits: [3, 0] })).toThrow('MLP: expected an integer >= 1 for hiddenUnits[1], got 0');
    expect(() => new MLP({ hiddenUnits: [3], activation: 'rely' as never })).toThrow('did you mean "relu"?');
    expect(() => new MLP({ hiddenUnits: [3], dropout: 1 })).toThrow('dropout: expected a rate in [0, 1), got 1');
  });
});
