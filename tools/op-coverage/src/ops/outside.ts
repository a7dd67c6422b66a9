import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { call, ints, reals } from '../call';
import type { Calls } from '../call';

const complex = (op: (x: Tensor) => Tensor): Calls[string] => call((x: Tensor) => tf.real(op(tf.complex(x, x))), [2, 4]);
const real = (op: (x: Tensor) => Tensor): Calls[string] => call((x: Tensor) => tf.real(op(x)), [2, 4]);
const texts = (op: (texts: Tensor1D) => unknown): Calls[string] => call(() => op(tf.tensor1d(['a b', 'c'])));

/** Operations on complex numbers, texts, sparse and ragged tensors: what graphs do not have. */
export const outsideCalls: Calls = {
  complex: call((x: Tensor) => tf.complex(x, x), [2, 3]),
  fft: complex(tf.fft),
  ifft: complex(tf.ifft),
  imag: call((x: Tensor) => tf.imag(x), [2, 3]),
  irfft: complex(tf.irfft),
  real: call((x: Tensor) => tf.real(x), [2, 3]),
  rfft: real((x) => tf.rfft(x)),
  'spectral.fft': complex(tf.spectral.fft),
  'spectral.ifft': complex(tf.spectral.ifft),
  'spectral.irfft': complex(tf.spectral.irfft),
  'spectral.rfft': real((x) => tf.spectral.rfft(x)),
  raggedGather: call((s: Tensor, v: Tensor, i: Tensor) => tf.raggedGather([s], v, i, 1).outputDenseValues, ints([3], 2), [4], ints([2], 2)), // prettier-ignore
  raggedRange: call((a: Tensor, b: Tensor, d: Tensor) => tf.raggedRange(a, b, d).rtDenseValues, ints([2], 2), ints([2], 5), reals([2], 1, 1)), // prettier-ignore
  raggedTensorToTensor: call((s: Tensor, v: Tensor, d: Tensor, p: Tensor) => tf.raggedTensorToTensor(s, v, d, [p], ['ROW_SPLITS']), ints([2], 4), [4], [], ints([3], 4)), // prettier-ignore
  'sparse.sparseFillEmptyRows': call((i: Tensor, v: Tensor, s: Tensor, d: Tensor) => tf.sparse.sparseFillEmptyRows(i as Tensor2D, v as Tensor1D, s as Tensor1D, d as tf.Scalar).outputValues, ints([2, 2], 2), [2], ints([2], 4), []), // prettier-ignore
  'sparse.sparseReshape': call((i: Tensor, s: Tensor, n: Tensor) => tf.sparse.sparseReshape(i as Tensor2D, s as Tensor1D, n as Tensor1D).outputShape, ints([2, 2], 2), ints([2], 3), ints([2], 3)), // prettier-ignore
  'sparse.sparseSegmentMean': call((x: Tensor, i: Tensor, s: Tensor) => tf.sparse.sparseSegmentMean(x, i as Tensor1D, s as Tensor1D), [3, 2], ints([2], 3), ints([2], 2)), // prettier-ignore
  'sparse.sparseSegmentSum': call((x: Tensor, i: Tensor, s: Tensor) => tf.sparse.sparseSegmentSum(x, i as Tensor1D, s as Tensor1D), [3, 2], ints([2], 3), ints([2], 2)), // prettier-ignore
  'string.staticRegexReplace': texts((x) => tf.string.staticRegexReplace(x, 'a', 'b')),
  'string.stringNGrams': texts((x) => tf.string.stringNGrams(x, tf.tensor1d([0, 2], 'int32'), ' ', [2], '', '', 0, false).nGrams), // prettier-ignore
  'string.stringSplit': texts((x) => tf.string.stringSplit(x, ' ').values),
  'string.stringToHashBucketFast': texts((x) => tf.string.stringToHashBucketFast(x, 10)),
};
