import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import { call, ints, reals } from '../call';
import type { Calls } from '../call';

const image = [2, 5, 4, 3];
const volume = [1, 3, 4, 3, 2];

function batchNorm(rank: 2 | 3 | 4): Calls[string] {
  const norm = { 2: tf.batchNorm2d, 3: tf.batchNorm3d, 4: tf.batchNorm4d }[rank] as typeof tf.batchNorm;
  const shape = [2, 4, 3, 3].slice(4 - rank);
  return call((x: Tensor, m: Tensor, v: Tensor, o: Tensor, s: Tensor) => norm(x, m as Tensor1D, v as Tensor1D, o as Tensor1D, s as Tensor1D), shape, [3], reals([3], 0.5, 1), [3], [3]); // prettier-ignore
}

/** Operations that look through windows, and those for images. */
export const windowCalls: Calls = {
  avgPool: call((x: Tensor) => tf.avgPool(x as Tensor4D, 3, 2, 'same'), image),
  avgPool3d: call((x: Tensor) => tf.avgPool3d(x as Tensor5D, 2, 1, 'same'), volume),
  batchNorm: batchNorm(4),
  batchNorm2d: batchNorm(2),
  batchNorm3d: batchNorm(3),
  batchNorm4d: batchNorm(4),
  conv1d: call((x: Tensor, f: Tensor) => tf.conv1d(x as Tensor3D, f as Tensor3D, 1, 'same', 'NWC', 2), [2, 6, 3], [3, 3, 4]), // prettier-ignore
  conv2d: call((x: Tensor, f: Tensor) => tf.conv2d(x as Tensor4D, f as Tensor4D, 2, 'same'), image, [3, 2, 3, 4]),
  conv2dTranspose: call((x: Tensor, f: Tensor) => tf.conv2dTranspose(x as Tensor4D, f as Tensor4D, [2, 10, 8, 2], 2, 'same'), image, [3, 3, 2, 3]), // prettier-ignore
  conv3d: call((x: Tensor, f: Tensor) => tf.conv3d(x as Tensor5D, f as Tensor5D, 1, 'same'), volume, [2, 2, 2, 2, 3]),
  conv3dTranspose: call((x: Tensor, f: Tensor) => tf.conv3dTranspose(x as Tensor5D, f as Tensor5D, [1, 3, 4, 3, 3], 1, 'same'), volume, [2, 2, 2, 3, 2]), // prettier-ignore
  depthwiseConv2d: call((x: Tensor, f: Tensor) => tf.depthwiseConv2d(x as Tensor4D, f as Tensor4D, 1, 'same', 'NHWC', 2), image, [2, 2, 3, 2]), // prettier-ignore
  dilation2d: call((x: Tensor, f: Tensor) => tf.dilation2d(x as Tensor4D, f as Tensor3D, 1, 'same'), image, [2, 2, 3]),
  'fused.conv2d': call((x: Tensor, f: Tensor, bias: Tensor) => tf.fused.conv2d({ x: x as Tensor4D, filter: f as Tensor4D, strides: 1, pad: 'same', bias, activation: 'relu' }), image, [3, 2, 3, 4], [4]), // prettier-ignore
  'fused.depthwiseConv2d': call((x: Tensor, f: Tensor, bias: Tensor) => tf.fused.depthwiseConv2d({ x: x as Tensor4D, filter: f as Tensor4D, strides: 1, pad: 'same', bias, activation: 'relu6' }), image, [3, 2, 3, 2], [6]), // prettier-ignore
  localResponseNormalization: call((x: Tensor) => tf.localResponseNormalization(x as Tensor4D), image),
  maxPool: call((x: Tensor) => tf.maxPool(x as Tensor4D, 3, 2, 'same'), image),
  maxPool3d: call((x: Tensor) => tf.maxPool3d(x as Tensor5D, 2, 2, 'same'), volume),
  maxPoolWithArgmax: call((x: Tensor) => tf.maxPoolWithArgmax(x as Tensor4D, 2, 2, 'same').result, image),
  pool: call((x: Tensor) => tf.pool(x as Tensor4D, [2, 2], 'avg', 'same', [2, 2]), image),
  separableConv2d: call((x: Tensor, d: Tensor, p: Tensor) => tf.separableConv2d(x as Tensor4D, d as Tensor4D, p as Tensor4D, 1, 'same'), image, [2, 2, 3, 2], [1, 1, 6, 4]), // prettier-ignore
  'image.cropAndResize': call((x: Tensor, b: Tensor, i: Tensor) => tf.image.cropAndResize(x as Tensor4D, b as Tensor2D, i as Tensor1D, [2, 2]), image, reals([2, 4], 0, 1), ints([2], 2)), // prettier-ignore
  'image.flipLeftRight': call((x: Tensor) => tf.image.flipLeftRight(x as Tensor4D), image),
  'image.grayscaleToRGB': call((x: Tensor) => tf.image.grayscaleToRGB(x as Tensor4D), [2, 5, 4, 1]),
  'image.nonMaxSuppression': call((b: Tensor, s: Tensor) => tf.image.nonMaxSuppression(b as Tensor2D, s as Tensor1D, 2), [3, 4], [3]), // prettier-ignore
  'image.nonMaxSuppressionPadded': call((b: Tensor, s: Tensor) => tf.image.nonMaxSuppressionPadded(b as Tensor2D, s as Tensor1D, 2).validOutputs, [3, 4], [3]), // prettier-ignore
  'image.nonMaxSuppressionWithScore': call((b: Tensor, s: Tensor) => tf.image.nonMaxSuppressionWithScore(b as Tensor2D, s as Tensor1D, 2).selectedScores, [3, 4], [3]), // prettier-ignore
  'image.resizeBilinear': call((x: Tensor) => tf.image.resizeBilinear(x as Tensor4D, [3, 3]), image),
  'image.resizeNearestNeighbor': call((x: Tensor) => tf.image.resizeNearestNeighbor(x as Tensor4D, [10, 8]), image),
  'image.rgbToGrayscale': call((x: Tensor) => tf.image.rgbToGrayscale(x as Tensor4D), image),
  'image.rotateWithOffset': call((x: Tensor) => tf.image.rotateWithOffset(x as Tensor4D, 0.5), image),
  'image.threshold': call((x: Tensor) => tf.image.threshold(x as Tensor3D, 'binary', false, 0.5), reals([4, 4, 3], 0, 255)), // prettier-ignore
  'image.transform': call((x: Tensor, t: Tensor) => tf.image.transform(x as Tensor4D, t as Tensor2D), image, [1, 8]),
};
