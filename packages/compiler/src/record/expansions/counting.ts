import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Call, Expansion, ExpansionTable } from './expansion';

/** How often each number below `size` comes along the last axis, weighted; what is `size` or more counts nowhere. */
const bincount: Expansion = (call, { x, weights }, { size, binaryOutput }) => {
  const hot = call('OneHot', { indices: x! }, { depth: size, onValue: 1, offValue: 0, dtype: 'float32' });
  const axis = [x!.shape.length - 1];
  if (binaryOutput === true) return typed(call, call('Max', { x: hot }, { reductionIndices: axis, keepDims: false }), weights!); // prettier-ignore
  const weighted = weights!.shape.includes(0)
    ? hot
    : call('Multiply', { a: hot, b: call('Reshape', { x: typed(call, weights!, hot) }, { shape: [...x!.shape, 1] }) });
  return typed(call, call('Sum', { x: weighted }, { axis, keepDims: false }), weights!);
};

function typed(call: Call, x: TensorInfo, { dtype }: TensorInfo): TensorInfo {
  return x.dtype === dtype ? x : call('Cast', { x }, { dtype });
}

/** Where `values [B, M]` belong in ascending rows `[B, N]`: the count of elements before each. */
const searchSorted: Expansion = (call, { sortedSequence, values }, { side }) => {
  const [B, N] = sortedSequence!.shape;
  const a = call('Reshape', { x: sortedSequence! }, { shape: [B, 1, N] });
  const b = call('Reshape', { x: values! }, { shape: [B, values!.shape[1], 1] });
  const before = call(side === 'left' ? 'Less' : 'LessEqual', { a, b });
  return call('Sum', { x: before }, { axis: [2], keepDims: false });
};

/** Kernels that count. */
export const countingExpansions: ExpansionTable = {
  Bincount: bincount,
  DenseBincount: bincount,
  SearchSorted: searchSorted,
};
