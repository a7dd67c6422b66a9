import { add, gatherND, greater, mul, ones, range, reshape, scalar, scatterND, transpose, util, where, zeros } from '@tensorflow/tfjs-core'; // prettier-ignore
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** Rows `[N, W]` added into `[size, W]` at `places [N]`. */
function scattered(places: Tensor, rows: Tensor, size: number, width: number): Tensor {
  return scatterND(reshape(places, [places.size, 1]), reshape(rows, [places.size, width]), [size, width]);
}

/** `indices` counted over all rows of `rows` lists with `length` elements each. */
function flatIndices(indices: Tensor, rows: number, length: number): Tensor {
  if (rows === 1) return indices;
  const flat = reshape(indices, [rows, indices.size / rows]);
  const starts = reshape(mul(range(0, rows, 1, 'int32'), scalar(length, 'int32')), [rows, 1]);
  return add(flat, starts);
}

/**
 * `x [rows, between, V, W] -> [rows, between, N, W]`: the looked-up axis goes first behind the rows, gradients are added per index, and
 * the axes go back.
 */
const gather = gradient('GatherV2', ['x', 'indices'], (dy, [x, indices], attrs) => {
  const [axis] = util.parseAxisParam(attrs.axis as number, x.shape);
  const batchDims = (attrs.batchDims as number | undefined) ?? 0;
  const rows = util.sizeFromShape(x.shape.slice(0, batchDims));
  const between = util.sizeFromShape(x.shape.slice(batchDims, axis));
  const width = util.sizeFromShape(x.shape.slice(axis + 1));
  const length = x.shape[axis];
  const numIndices = indices.size / Math.max(rows, 1);
  return {
    x: () => {
      const split = reshape(dy, [rows, between, numIndices, width]);
      const first = between === 1 ? split : transpose(split, [0, 2, 1, 3]);
      const places = flatIndices(indices, rows, length);
      const summed = scattered(places, first, rows * length, between * width);
      if (between === 1) return reshape(summed, x.shape);
      return reshape(transpose(reshape(summed, [rows, length, between, width]), [0, 2, 1, 3]), x.shape);
    },
    indices: () => zeros(indices.shape),
  };
});

const gatherNd = gradient('GatherNd', ['params', 'indices'], (dy, [params, indices]) => ({
  params: () => scatterND(indices, dy, params.shape),
  indices: () => zeros(indices.shape),
}));

const scatterNd = gradient('ScatterNd', ['indices'], (dy, [indices]) => ({
  updates: () => gatherND(dy, indices),
  indices: () => zeros(indices.shape),
}));

/** What is overwritten has no gradient. Indices must differ: of equal ones the last is kept, and all get its gradient. */
const tensorScatter = gradient('TensorScatterUpdate', ['indices', 'updates'], (dy, [indices, updates]) => ({
  // Not by tensorScatterUpdate: in JavaScript it writes into the tensor that it is given.
  tensor: () => where(greater(scatterND(indices, ones(updates.shape), dy.shape), 0), zeros(dy.shape), dy),
  updates: () => gatherND(dy, indices),
  indices: () => zeros(indices.shape),
}));

/** The gradients of the largest elements go back to their places; the places have none. */
const topK: Gradient = {
  kernelName: 'TopK',
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dy] = dys as Tensor[];
    const [x, indices] = saved;
    const length = x.shape.at(-1)!;
    const rows = util.sizeFromShape(x.shape.slice(0, -1));
    const places = flatIndices(indices, rows, length);
    return { x: () => reshape(scattered(places, dy, rows * length, 1) as unknown as Tensor1D, x.shape) };
  },
};

/**
 * Lookups and writes by index. tfjs has no gradient but for `gather`: that one fails for lookups within rows, and takes time in proportion to the
 * table times the lookups on its own backend.
 */
export const indexGradients: readonly Gradient[] = [gather, gatherNd, scatterNd, tensorScatter, topK];
