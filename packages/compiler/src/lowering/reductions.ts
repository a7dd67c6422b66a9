import type { GraphNode } from '../graph/graph';
import type { Lowering, LoweringTable } from './lowering';

/** Axes of a reduction node, ascending and not negative. */
export function axesOf({ attrs }: Pick<GraphNode, 'attrs'>, rank: number): readonly number[] {
  const named = (attrs.axis ?? attrs.reductionIndices) as number | readonly number[] | undefined | null;
  if (named === undefined || named === null) return Array.from({ length: rank }, (_, i) => i);
  const axes = typeof named === 'number' ? [named] : named;
  return [...new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))].sort((a, b) => a - b);
}

function reduce(opType: 'ReduceSum' | 'ReduceMean' | 'ReduceProd' | 'ReduceMax' | 'ReduceMin'): Lowering {
  return (b, node, [x]) => {
    const { shape, dtype } = b.value(node.inputs[0]);
    const axes = axesOf(node, shape.length);
    const result = b.value(node.outputs[0]);
    const truth = dtype === 'bool' || (dtype !== result.dtype && opType === 'ReduceMean');
    const input = truth ? b.cast(x, result.dtype === 'bool' ? 'int32' : result.dtype) : x;
    if (axes.length === 0) return b.emit('Identity', [input]);
    const keepdims = node.attrs.keepDims === true ? 1 : 0;
    const reduced =
      opType === 'ReduceSum'
        ? b.emit(opType, [input, b.int64s(axes)], { keepdims })
        : b.emit(opType, [input], { axes, keepdims });
    return result.dtype === 'bool' ? b.cast(reduced, 'bool') : reduced;
  };
}

function indexOf(opType: 'ArgMax' | 'ArgMin'): Lowering {
  return (b, node, [x]) => {
    const { shape } = b.value(node.inputs[0]);
    const [axis] = axesOf(node, shape.length);
    return b.cast(b.emit(opType, [x], { axis, keepdims: 0 }), 'int32');
  };
}

/** Whether all (smallest is 1) or any (largest is 1) elements are true. */
function truth(opType: 'ReduceMin' | 'ReduceMax'): Lowering {
  return (b, node, [x]) => {
    const { shape } = b.value(node.inputs[0]);
    const axes = axesOf(node, shape.length);
    const attrs = { axes, keepdims: node.attrs.keepDims === true ? 1 : 0 };
    return axes.length === 0 ? x : b.cast(b.emit(opType, [b.cast(x, 'int32')], attrs), 'bool');
  };
}

/** Reductions along axes. */
export const reductionLowerings: LoweringTable = {
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Prod: reduce('ReduceProd'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  All: truth('ReduceMin'),
  Any: truth('ReduceMax'),
  ArgMax: indexOf('ArgMax'),
  ArgMin: indexOf('ArgMin'),
  TopK: (b, { attrs }, [x]) => {
    const [values, indices] = b.emitAll('TopK', [x, b.int64s([attrs.k as number])], 2, { axis: -1, sorted: 1 });
    return [values, b.cast(indices, 'int32')];
  },
};
