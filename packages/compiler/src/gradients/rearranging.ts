import { engine, eye, mul, reshape, reverse, sum, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** `[B, s H, s W, C] -> [B, H, W, s s C]`. */
const depthToSpace = gradient('DepthToSpace', ['x'], (dy, [x], { blockSize }) => ({
  x: () => {
    const [B, H, W, depth] = x.shape;
    const s = blockSize as number;
    const cells = reshape(dy, [B, H, s, W, s, depth / (s * s)]);
    return reshape(transpose(cells, [0, 1, 3, 2, 4, 5]), x.shape);
  },
}));

/** What lies on the diagonal. */
const diag = gradient('Diag', ['x'], (dy, [x]) => ({
  x: () => reshape(sum(mul(reshape(dy, [x.size, x.size]), eye(x.size)), 1), x.shape),
}));

const flip = gradient('FlipLeftRight', [], (dy) => ({ image: () => reverse(dy, 2) }));

/** The gradient of a gradient of a convolution is a convolution. */
const conv3dInput = gradient('Conv3DBackpropInputV2', ['dy', 'filter'], (ddx, [dy, filter], attrs) => {
  const own = { ...attrs, dataFormat: 'NDHWC', dilations: [1, 1, 1] };
  const run = (kernel: string, inputs: Readonly<Record<string, Tensor>>, more: object = {}): Tensor =>
    engine().runKernel<Tensor>(kernel, inputs, { ...own, ...more });
  return {
    dy: () => run('Conv3D', { x: ddx, filter }),
    filter: () => run('Conv3DBackpropFilterV2', { x: ddx, dy }, { filterShape: filter.shape }),
  };
});

/** Kernels that only move elements, and the transposed convolution of volumes: tfjs has no gradients for them. */
export const rearrangingGradients: readonly Gradient[] = [depthToSpace, diag, flip, conv3dInput];
