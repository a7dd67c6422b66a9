import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { call, ints, whole } from '../call';
import type { Calls } from '../call';

const complex = (op: (x: Tensor) => Tensor): Calls[string] =>
  call((x: Tensor) => tf.real(op(tf.complex(x, x))), [2, 4]);
const real = (op: (x: Tensor) => Tensor): Calls[string] => call((x: Tensor) => tf.real(op(x)), [2, 4]);
const texts = (op: (texts: Tensor1D) => unknown): Calls[string] => call(() => op(tf.tensor1d(['a b', 'c'])));

/** Operations on complex numbers, texts, sparse and ragged tensors: what graphs do not have. */
export const outsideCalls: Calls = {
  complex: call((x: Tensor) => tf.complex(x, x), [2, 3]),
  fft: complex(tf.fft),
  ifft: complex(tf.ifft),
  imag: call((x: Tensor) => tf.imag(tf.complex(x, x)), [2, 3]),
  irfft: call((x: Tensor) => tf.irfft(tf.complex(x, x)), [2, 4]),
  real: complex((x) => x),
  rfft: real((x) => tf.rfft(x)),
  'spectral.fft': complex(tf.spectral.fft),
  'spectral.ifft': complex(tf.spectral.ifft),
  'spectral.irfft': call((x: Tensor) => tf.spectral.irfft(tf.complex(x, x)), [2, 4]),
  'spectral.rfft': real((x) => tf.spectral.rfft(x)),
  raggedGather: call((s: Tensor, v: Tensor, i: Tensor) => tf.raggedGather([s], v, i, 1).outputDenseValues, whole([0, 2, 4]), [4], whole([1, 0])), // prettier-ignore
  raggedRange: call((a: Tensor, b: Tensor, d: Tensor) => tf.raggedRange(a, b, d).rtDenseValues, whole([0, 5]), whole([2, 8]), whole([1, 2])), // prettier-ignore
  raggedTensorToTensor: call((s: Tensor, v: Tensor, d: Tensor, p: Tensor) => tf.raggedTensorToTensor(s, v, d, [p], ['ROW_SPLITS']), whole([2, 3]), [4], [], whole([0, 1, 4])), // prettier-ignore
  'sparse.sparseFillEmptyRows': call((i: Tensor, v: Tensor, s: Tensor, d: Tensor) => tf.sparse.sparseFillEmptyRows(tf.reshape(i, [2, 2]), v as Tensor1D, s as Tensor1D, d as tf.Scalar).outputValues, whole([0, 0, 2, 1]), [2], whole([3, 2]), []), // prettier-ignore
  'sparse.sparseReshape': call((i: Tensor, s: Tensor, n: Tensor) => tf.sparse.sparseReshape(i as Tensor2D, s as Tensor1D, n as Tensor1D).outputShape, ints([2, 2], 2), whole([2, 3]), whole([3, 2])), // prettier-ignore
  'sparse.sparseSegmentMean': call((x: Tensor, i: Tensor, s: Tensor) => tf.sparse.sparseSegmentMean(x, i as Tensor1D, s as Tensor1D), [3, 2], whole([0, 2]), whole([0, 1])), // prettier-ignore
  'sparse.sparseSegmentSum': call((x: Tensor, i: Tensor, s: Tensor) => tf.sparse.sparseSegmentSum(x, i as Tensor1D, s as Tensor1D), [3, 2], whole([0, 2]), whole([0, 1])), // prettier-ignore
  'string.staticRegexReplace': texts((x) => tf.string.staticRegexReplace(x, 'a', 'b')),
  'string.stringNGrams': texts((x) => tf.string.stringNGrams(x, tf.tensor1d([0, 2], 'int32'), ' ', [2], '', '', 0, false).nGrams), // prettier-ignore
  'string.stringSplit': texts((x) => tf.string.stringSplit(x, ' ').values),
  'string.stringToHashBucketFast': texts((x) => tf.string.stringToHashBucketFast(x, 10)),
};
