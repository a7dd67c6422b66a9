import { util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Constant, DType } from '../graph/graph';
import type { TensorSpec } from './kernels/kernel';

/** A constant: what it is like, and its elements. */
export type MadeConstant = readonly [TensorSpec, Constant];

/** Kernels without inputs, or whose inputs only give a shape: their results are constants. */
export const constantKernels: Readonly<Record<string, (inputs: object, attrs: object) => MadeConstant>> = {
  Fill: (_, attrs) => {
    const { shape, value, dtype } = attrs as { shape: number[]; value: number; dtype?: DType };
    return [
      { shape, dtype: dtype ?? 'float32' },
      { kind: 'uniform', value },
    ];
  },
  ZerosLike: (inputs) => likeInput(inputs, 0),
  OnesLike: (inputs) => likeInput(inputs, 1),
  Range: (_, attrs) => {
    const { start, stop, step: named, dtype } = attrs as { start: number; stop: number; step: number; dtype: DType };
    const step = stop < start && named === 1 ? -1 : named; // tfjs turns the default step around
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const data = util.makeZerosTypedArray(length, dtype) as Float32Array | Int32Array;
    for (let i = 0; i < length; i++) data[i] = i === 0 ? start : data[i - 1] + step;
    return [
      { shape: [length], dtype },
      { kind: 'array', data },
    ];
  },
  LinSpace: (_, attrs) => {
    const { start, stop, num } = attrs as { start: number; stop: number; num: number };
    const step = (stop - start) / (num - 1);
    const data = new Float32Array(num);
    for (let i = 0; i < num; i++) data[i] = i === 0 ? start : data[i - 1] + step;
    return [
      { shape: [num], dtype: 'float32' },
      { kind: 'array', data },
    ];
  },
};

function likeInput(inputs: object, value: number): MadeConstant {
  const { x } = inputs as { x: TensorInfo };
  return [
    { shape: x.shape, dtype: x.dtype as DType },
    { kind: 'uniform', value },
  ];
}
