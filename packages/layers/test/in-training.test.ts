import '@tensorflow/tfjs-backend-cpu';
import { tensor2d, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Conv1D, Dense, MLP, placeLayer, weightsByPath, withStep } from '../src/index';
import type { CtrLayer } from '../src/index';
import { numbers } from './numbers';

// Fails for: a hidden layer without its dropout, dropout on the output.
test('an MLP drops after every hidden layer: with everything dropped the output is its bias', () => {
  const layer = new MLP({ hiddenUnits: [5, 4], outputUnits: 1, dropout: 0.5 });
  placeLayer(layer, 'deep', 1);
  const x = tensor2d(numbers('x', 6), [2, 3]);
  layer.apply(x);
  const asked: string[] = [];
  const dropoutMask = (path: string, shape: readonly number[]): Tensor => {
    asked.push(path);
    return zeros([...shape], 'bool');
  };
  const output = withStep({ training: true, dropoutMask }, () => layer.apply(x) as Tensor);
  expect(asked).toEqual(['deep/dropout_1', 'deep/dropout_2']);
  expect(Array.from(output.dataSync())).toEqual([0, 0]); // a bias begins as 0
});

/** Mean of the squares of a kernel's initial values, and their number. */
function initialKernel(layer: CtrLayer, input: Tensor): { readonly meanSquare: number; readonly size: number } {
  placeLayer(layer, 'layer', 3);
  tidy(() => layer.apply(input) as Tensor);
  const kernel = weightsByPath(layer, 'layer')
    .find(({ path }) => path === 'layer/kernel')!
    .weight.read();
  const values = kernel.dataSync<'float32'>();
  return { meanSquare: values.reduce((sum, value) => sum + value * value, 0) / values.length, size: values.length };
}

// Fails for: another variance, a convolution whose fans leave its width out.
test.each([
  ['dense', () => new Dense({ units: 60 }), [1, 50], 50 + 60],
  ['a convolution', () => new Conv1D({ filters: 24, kernelSize: 5 }), [1, 9, 20], 5 * (20 + 24)],
] as const)('kernels begin with the variance 2 / (fanIn + fanOut): %s', (_, make, shape, fans) => {
  const input = shape.length === 2 ? zeros([...shape]) : tensor3d(new Float32Array(180), [...shape]);
  const { meanSquare, size } = initialKernel(make(), input);
  // The square of a normal number has mean v and standard deviation v sqrt(2): five standard errors.
  expect(Math.abs((meanSquare * fans) / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / size));
});
