import { backend_util } from '@tensorflow/tfjs-core';
import type { Call, Expansion, ExpansionTable } from './expansion';
import type { TensorInfo } from '@tensorflow/tfjs-core';

function reshaped(call: Call, x: TensorInfo, shape: readonly number[]): TensorInfo {
  return call('Reshape', { x }, { shape });
}

/** Rows of blocks back to where they come from, less what is cropped. */
const batchToSpace: Expansion = (call, { x }, attrs) => {
  const block = attrs.blockShape as number[];
  const crops = attrs.crops as unknown as number[][];
  const size = block.reduce((product, length) => product * length, 1);
  const split = backend_util.getReshaped(x!.shape, block, size);
  const perm = backend_util.getPermuted(split.length, block.length);
  const joined = backend_util.getReshapedPermuted(x!.shape, block, size);
  const whole = reshaped(call, call('Transpose', { x: reshaped(call, x!, split) }, { perm }), joined);
  const begin = backend_util.getSliceBeginCoords(crops, block.length);
  return call('Slice', { x: whole }, { begin, size: backend_util.getSliceSize(joined, crops, block.length) });
};

/** Elements a block apart become rows of their own: what windows with gaps see. */
const spaceToBatch: Expansion = (call, { x }, attrs) => {
  const block = attrs.blockShape as number[];
  const own = attrs.paddings as unknown as number[][];
  const size = block.reduce((product, length) => product * length, 1);
  const paddings = x!.shape.map((_, axis) => own[axis - 1] ?? [0, 0]);
  const padded = call('PadV2', { x: x! }, { paddings, constantValue: 0 });
  const split = backend_util.getReshaped(padded.shape, block, size, false);
  const perm = backend_util.getPermuted(split.length, block.length, false);
  const joined = backend_util.getReshapedPermuted(padded.shape, block, size, false);
  return reshaped(call, call('Transpose', { x: reshaped(call, padded, split) }, { perm }), joined);
};

/** `[B, H, W, s s C] -> [B, s H, s W, C]`. */
const depthToSpace: Expansion = (call, { x }, { blockSize }) => {
  const [B, H, W, depth] = x!.shape;
  const s = blockSize as number;
  const C = depth / (s * s);
  const split = reshaped(call, x!, [B, H, W, s, s, C]);
  return reshaped(call, call('Transpose', { x: split }, { perm: [0, 1, 3, 2, 4, 5] }), [B, s * H, s * W, C]);
};

/** A diagonal by padding: row i of `[n, n + 1]` starts with element i, which lies i places further in rows of length n. */
const diag: Expansion = (call, { x }) => {
  const n = x!.shape.reduce((size, dim) => size * dim, 1);
  const wide = call('PadV2', { x: reshaped(call, x!, [n, 1]) }, { paddings: [[0, 0], [0, n]], constantValue: 0 }); // prettier-ignore
  const square = call('Slice', { x: reshaped(call, wide, [n * (n + 1)]) }, { begin: [0], size: [n * n] });
  return reshaped(call, square, [...x!.shape, ...x!.shape]);
};

/** Kernels that move elements in ways that simpler ones can. */
export const rearrangingExpansions: ExpansionTable = {
  BatchToSpaceND: batchToSpace,
  SpaceToBatchND: spaceToBatch,
  DepthToSpace: depthToSpace,
  Diag: diag,
  FlipLeftRight: (call, { image }) => call('Reverse', { x: image! }, { dims: [2] }),
};
