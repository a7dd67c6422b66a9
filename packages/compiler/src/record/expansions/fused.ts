import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelAttrs } from '../kernels/kernel';
import type { Call, Expansion, ExpansionTable } from './expansion';

/** Kernels of the activations that tfjs fuses. */
const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
};

/** A product or convolution, plus a bias, through an activation. */
function fused(kernel: string, operands: readonly [string, string]): Expansion {
  return (call, inputs, attrs) => {
    const [a, b] = operands;
    const { activation, leakyreluAlpha, ...own } = attrs;
    const product = call(kernel, { [a]: inputs[a]!, [b]: inputs[b]! }, own);
    const bias = alongChannels(call, inputs.bias, attrs);
    const sum = bias === undefined ? product : call('Add', { a: product, b: bias });
    if (activation === undefined || activation === null || activation === 'linear') return sum;
    if (activation === 'prelu') {
      return call('Prelu', { x: sum, alpha: alongChannels(call, inputs.preluActivationWeights, attrs)! });
    }
    return call(activations[activation as string], { x: sum }, activation === 'leakyrelu' ? { alpha: leakyreluAlpha } : {}); // prettier-ignore
  };
}

/** A row for the channels, shaped so that it broadcasts over what follows them. */
function alongChannels(call: Call, row: TensorInfo | undefined, { dataFormat }: KernelAttrs): TensorInfo | undefined {
  const moves = row !== undefined && dataFormat === 'NCHW' && row.shape.length === 1 && row.shape[0] !== 1;
  return moves ? call('Reshape', { x: row }, { shape: [row.shape[0], 1, 1] }) : row;
}

/** `offset + (x - mean) scale / sqrt(variance + epsilon)`, in the order of tfjs's kernel. */
const batchNorm: Expansion = (call, { x, mean, variance, offset, scale }, { varianceEpsilon }) => {
  const epsilon = call('Fill', {}, { shape: [], value: varianceEpsilon ?? 0.001, dtype: 'float32' });
  const deviation = call('Sqrt', { x: call('Add', { a: variance!, b: epsilon }) });
  const centred = call('Sub', { a: x!, b: mean! });
  const scaled = scale === undefined || scale === null ? centred : call('Multiply', { a: centred, b: scale });
  const normal = call('RealDiv', { a: scaled, b: deviation });
  return offset === undefined || offset === null ? normal : call('Add', { a: normal, b: offset });
};

/** What tfjs does in one kernel when no gradient is asked for. */
export const fusedExpansions: ExpansionTable = {
  _FusedMatMul: fused('BatchMatMul', ['a', 'b']),
  FusedConv2D: fused('Conv2D', ['x', 'filter']),
  FusedDepthwiseConv2D: fused('DepthwiseConv2dNative', ['x', 'filter']),
  FusedBatchNorm: batchNorm,
};
