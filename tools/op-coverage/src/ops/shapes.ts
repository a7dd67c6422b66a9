import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { call, ints, reals } from '../call';
import type { Calls } from '../call';

const rank3 = [2, 3, 4];
const rank4 = [2, 4, 6, 4];

/** Operations that make, move, cut, repeat and look up elements. */
export const shapeCalls: Calls = {
  batchToSpaceND: call((x: Tensor) => tf.batchToSpaceND(x, [2, 2], [[0, 0], [1, 0]]), [4, 2, 3, 2]), // prettier-ignore
  broadcastArgs: call((a: Tensor, b: Tensor) => tf.broadcastArgs(a, b), ints([2], 3), ints([2], 3)),
  broadcastTo: call((x: Tensor) => tf.broadcastTo(x, [4, 2, 3]), [2, 1]),
  concat: call((a: Tensor, b: Tensor) => tf.concat([a, b], 1), [2, 3], [2, 1]),
  concat1d: call((a: Tensor, b: Tensor) => tf.concat1d([a as Tensor1D, b as Tensor1D]), [2], [3]),
  concat2d: call((a: Tensor, b: Tensor) => tf.concat2d([a as Tensor2D, b as Tensor2D], 0), [2, 3], [1, 3]),
  concat3d: call((a: Tensor, b: Tensor) => tf.concat3d([a as Tensor3D, b as Tensor3D], 2), rank3, rank3),
  concat4d: call((a: Tensor, b: Tensor) => tf.concat4d([a as Tensor4D, b as Tensor4D], 3), rank4, rank4),
  depthToSpace: call((x: Tensor) => tf.depthToSpace(x as Tensor4D, 2), [1, 2, 3, 8]),
  diag: call((x: Tensor) => tf.diag(x), [3]),
  expandDims: call((x: Tensor) => tf.expandDims(x, -1), [2, 3]),
  eye: call((x: Tensor) => tf.matMul(x, tf.eye(3)), [2, 3]),
  fill: call((x: Tensor) => tf.add(x, tf.fill([3], 2)), [2, 3]),
  gather: call((x: Tensor, i: Tensor) => tf.gather(x, i, 1), rank3, ints([5], 3)),
  gatherND: call((x: Tensor, i: Tensor) => tf.gatherND(x, i), rank3, ints([5, 2], 2)),
  linspace: call((x: Tensor) => tf.add(x, tf.linspace(0, 1, 3)), [2, 3]),
  mirrorPad: call((x: Tensor) => tf.mirrorPad(x, [[1, 1], [0, 2]], 'symmetric'), [2, 3]), // prettier-ignore
  oneHot: call((i: Tensor) => tf.oneHot(i, 3), ints([4], 3)),
  ones: call((x: Tensor) => tf.add(x, tf.ones([3])), [2, 3]),
  pad: call((x: Tensor) => tf.pad(x, [[1, 0], [0, 2]], 3), [2, 3]), // prettier-ignore
  pad1d: call((x: Tensor) => tf.pad1d(x as Tensor1D, [1, 2]), [3]),
  pad2d: call((x: Tensor) => tf.pad2d(x as Tensor2D, [[1, 2], [0, 1]]), [2, 3]), // prettier-ignore
  pad3d: call((x: Tensor) => tf.pad3d(x as Tensor3D, [[1, 2], [0, 1], [0, 0]]), rank3), // prettier-ignore
  pad4d: call((x: Tensor) => tf.pad4d(x as Tensor4D, [[1, 2], [0, 1], [0, 0], [1, 1]]), rank4), // prettier-ignore
  range: call((x: Tensor) => tf.add(x, tf.range(0, 3)), [2, 3]),
  reshape: call((x: Tensor) => tf.reshape(x, [3, -1]), [2, 3]),
  reverse: call((x: Tensor) => tf.reverse(x), [2, 3]),
  reverse1d: call((x: Tensor) => tf.reverse1d(x as Tensor1D), [3]),
  reverse2d: call((x: Tensor) => tf.reverse2d(x as Tensor2D, 0), [2, 3]),
  reverse3d: call((x: Tensor) => tf.reverse3d(x as Tensor3D, [0, 2]), rank3),
  reverse4d: call((x: Tensor) => tf.reverse4d(x as Tensor4D, -1), rank4),
  scatterND: call((i: Tensor, u: Tensor) => tf.scatterND(i, u, [4, 3]), ints([2, 1], 4), [2, 3]),
  slice: call((x: Tensor) => tf.slice(x, [0, 1], [-1, 2]), [2, 3]),
  slice1d: call((x: Tensor) => tf.slice1d(x as Tensor1D, 1, 2), [4]),
  slice2d: call((x: Tensor) => tf.slice2d(x as Tensor2D, [0, 1], [2, 2]), [2, 3]),
  slice3d: call((x: Tensor) => tf.slice3d(x as Tensor3D, [0, 1, 0], [2, 1, 4]), rank3),
  slice4d: call((x: Tensor) => tf.slice4d(x as Tensor4D, [0, 1, 0, 0], [2, 1, 4, 2]), rank4),
  spaceToBatchND: call((x: Tensor) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [1, 1]]), rank4), // prettier-ignore
  sparseToDense: call((i: Tensor, v: Tensor) => tf.sparseToDense(i, v, [4]), ints([2], 4), [2]),
  split: call((x: Tensor) => tf.split(x, [1, 3], 2)[1], rank3),
  squeeze: call((x: Tensor) => tf.squeeze(x, [1]), [2, 1, 3]),
  stack: call((a: Tensor, b: Tensor) => tf.stack([a, b], 1), [2, 3], [2, 3]),
  stridedSlice: call((x: Tensor) => tf.stridedSlice(x, [0, 2], [2, 0], [1, -1]), [2, 3]),
  tensorScatterUpdate: call((x: Tensor, i: Tensor, u: Tensor) => tf.tensorScatterUpdate(x, i, u), [4, 3], ints([2, 1], 4), [2, 3]), // prettier-ignore
  tile: call((x: Tensor) => tf.tile(x, [2, 1]), [2, 3]),
  transpose: call((x: Tensor) => tf.transpose(x, [1, 2, 0]), rank3),
  unique: call((x: Tensor) => tf.unique(x).values, [4]),
  unstack: call((x: Tensor) => tf.unstack(x, 1)[0], [2, 3]),
  zeros: call((x: Tensor) => tf.add(x, tf.zeros([3])), [2, 3]),
  'signal.frame': call((x: Tensor) => tf.signal.frame(x as Tensor1D, 3, 2), [7]),
  'signal.hammingWindow': call((x: Tensor) => tf.mul(x, tf.signal.hammingWindow(4)), [4]),
  'signal.hannWindow': call((x: Tensor) => tf.mul(x, tf.signal.hannWindow(4)), [4]),
  'signal.stft': call((x: Tensor) => tf.real(tf.signal.stft(x as Tensor1D, 4, 2)), reals([8])),
};
