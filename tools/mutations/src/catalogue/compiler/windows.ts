import type { Mutation } from '../../mutation';

/** A bug in what slides windows; tests of convolutions and poolings must notice. */
function windows(of: string, file: string, find: string, replace: string, only?: string): Mutation {
  const tests = ['packages/compiler/test/convolutions.test.ts'];
  return { of, file: `packages/compiler/src/lowering/${file}.ts`, find, replace, tests, ...(only === undefined ? {} : { only }) }; // prettier-ignore
}

const convolutions = (of: string, find: string, replace: string, only?: string): Mutation =>
  windows(of, 'convolutions', find, replace, only);

/** Bugs in convolutions, poolings and their gradients. */
export const windowMutations: readonly Mutation[] = [
  convolutions('Conv2D', '  Conv2D: forward(false)', '  Conv2D: forward(true)'),
  convolutions('Conv2D', '{ perm: [rank + 1, rank, ...window] }', '{ perm: [rank, rank + 1, ...window] }'),
  convolutions('Conv2DBackpropInput', '  Conv2DBackpropInput: ofInput(false)', "  Conv2DBackpropInput: (b, node, xs) => b.emit('Neg', [ofInput(false)(b, node, xs) as string])"), // prettier-ignore
  convolutions('Conv2DBackpropFilter', '  Conv2DBackpropFilter: ofFilter', "  Conv2DBackpropFilter: (b, node, xs) => b.emit('Neg', [ofFilter(b, node, xs)])"), // prettier-ignore
  convolutions('DepthwiseConv2dNative', 'DepthwiseConv2dNative: forward(true)', "DepthwiseConv2dNative: (b, node, xs) => b.emit('Neg', [forward(true)(b, node, xs) as string])"), // prettier-ignore
  convolutions('DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropInput: ofInput(true)', "DepthwiseConv2dNativeBackpropInput: (b, node, xs) => b.emit('Neg', [ofInput(true)(b, node, xs) as string])"), // prettier-ignore
  convolutions('DepthwiseConv2dNativeBackpropFilter', "[b.emit('Mul', [rowsOf(piece, 1), gradient])", "[b.emit('Add', [rowsOf(piece, 1), gradient])"), // prettier-ignore
  convolutions(
    'Conv3D',
    'Conv3D: forward(false)',
    "Conv3D: (b, node, xs) => b.emit('Neg', [forward(false)(b, node, xs) as string])",
  ),
  convolutions('Conv3DBackpropInputV2', '  Conv3DBackpropInputV2: ofInput(false)', "  Conv3DBackpropInputV2: (b, node, xs) => b.emit('Neg', [ofInput(false)(b, node, xs) as string])"), // prettier-ignore
  convolutions('Conv3DBackpropFilterV2', 'Conv3DBackpropFilterV2: ofFilter', "Conv3DBackpropFilterV2: (b, node, xs) => b.emit('Neg', [ofFilter(b, node, xs)])"), // prettier-ignore
  windows('windows', 'windows', 'pads: [...begin, ...end]', 'pads: [...end, ...begin]'),
  windows('windows', 'windows', 'return (kernel - 1) * dilation + 1', 'return kernel * dilation'),
  windows('MaxPool', 'pooling', "  MaxPool: pooling('MaxPool')", "  MaxPool: pooling('AveragePool')"),
  windows('MaxPoolGrad', 'pooling', '  MaxPoolGrad: ofLargest', '  MaxPoolGrad: (b, node, [dy, x]) => ofLargest(b, node, [dy, b.emit(\'Neg\', [x])])'), // prettier-ignore
  windows('AvgPool', 'pooling', "  AvgPool: pooling('AveragePool')", "  AvgPool: pooling('MaxPool')"),
  windows('AvgPool', 'pooling', 'count_include_pad: 0', 'count_include_pad: 1'),
  windows('AvgPoolGrad', 'pooling', 'const part = 1 / kernel', 'const part = 2 / kernel'),
  windows('MaxPool3D', 'pooling', "MaxPool3D: pooling('MaxPool')", "MaxPool3D: pooling('AveragePool')"),
  windows('MaxPool3DGrad', 'pooling', 'MaxPool3DGrad: ofLargest', "MaxPool3DGrad: (b, node, [dy, x]) => ofLargest(b, node, [dy, b.emit('Neg', [x])])"), // prettier-ignore
  windows('AvgPool3D', 'pooling', "AvgPool3D: pooling('AveragePool')", "AvgPool3D: pooling('MaxPool')"),
  windows('AvgPool3DGrad', 'pooling', 'AvgPool3DGrad: ofAverage', "AvgPool3DGrad: (b, node, xs) => b.emit('Neg', [ofAverage(b, node, xs)])"), // prettier-ignore
];
