import { broadcast_util } from '@tensorflow/tfjs-core';
import type { DType } from '../../graph/graph';
import type { KernelTable, RecordedKernel } from './kernel';

const unary: RecordedKernel = { inputs: ['x'], infer: ([x]) => [x] };
const test: RecordedKernel = { inputs: ['x'], infer: ([x]) => [{ shape: x.shape, dtype: 'bool' }] };

function broadcast(names: readonly string[], dtype?: DType): RecordedKernel {
  return {
    inputs: names,
    infer: ([a, b]) => {
      const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
      return [{ shape, dtype: dtype ?? a.dtype }];
    },
  };
}

function all(names: readonly string[], kernel: RecordedKernel): KernelTable {
  return Object.fromEntries(names.map((name) => [name, kernel]));
}

/** Kernels that work element by element, with broadcasting. */
export const elementwiseKernels: KernelTable = {
  ...all(
    [
      ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'ClipByValue', 'Cos', 'Cosh', 'Elu'],
      ...['Erf', 'Exp', 'Expm1', 'Floor', 'LeakyRelu', 'Log', 'Log1p', 'Neg', 'Reciprocal', 'Relu', 'Relu6', 'Round'],
      ...['Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Square', 'Step', 'Tan', 'Tanh'],
      'Identity',
    ],
    unary,
  ),
  Softmax: { inputs: ['logits'], infer: ([x]) => [x] },
  LogSoftmax: { inputs: ['logits'], infer: ([x]) => [x] },
  ...all(['LogicalNot', 'IsNan', 'IsInf', 'IsFinite'], test),
  ...all(
    [
      ...['Add', 'Sub', 'Multiply', 'RealDiv', 'FloorDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference', 'Mod'],
      'Atan2',
    ],
    broadcast(['a', 'b']),
  ),
  ...all(
    ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr', 'LogicalXor'],
    broadcast(['a', 'b'], 'bool'),
  ),
  Prelu: broadcast(['x', 'alpha']),
  EluGrad: broadcast(['dy', 'y']),
  AddN: { inputs: 'list', infer: ([first]) => [first] },
  Cast: { inputs: ['x'], infer: ([x], { dtype }) => [{ shape: x.shape, dtype: dtype as DType }] },
  Select: { inputs: ['condition', 't', 'e'], infer: ([, t]) => [t] },
};
